/** Doors that are files to serve and not modules to import, so they have no types: by package, each with its reason. */
export const untypedDoors: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '@eventstream/tracker': { './snippet.js': 'a script that pages load; nobody imports it' },
};
