/** Texts that tie the repository to one machine or one registry, with what to write instead. */
export interface ForeignPlace {
  readonly pattern: RegExp;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** Hosts by their labels, so that this very file names none. */
const registryHosts = [
  'registry npmjs org',
  'registry yarnpkg com',
  'registry npmmirror com',
  'repo maven apache org',
  'repo1 maven org',
  'proxy golang org',
  'sum golang org',
  'files pythonhosted org',
  'pypi org',
  'static crates io',
  'index crates io',
  'deb debian org',
  'registry-1 docker io',
];

/** Searched for in every text file. */
export const foreignPlaces: readonly ForeignPlace[] = [
  {
    pattern: new RegExp(`\\b(${registryHosts.map((host) => host.replaceAll(' ', '\\.')).join('|')})\\b`),
    what: 'names a package registry',
    why: 'Behind a mirror or a proxy it cannot be reached, and the tools already know which one to use.',
    fix: 'Let npm, Maven, Go, pip or apt use what it is configured with, or take the address from the environment.',
  },
  {
    // `/home/node` and `/home/appuser` are folders inside published container images.
    pattern: /(?<![\w.@~-])(\/(work|root|Users\/\w+|home\/(?!(node|appuser)\b)\w+)\/\w|[A-Z]:\\Users\\)/,
    what: 'names a path of one machine',
    why: 'On every other machine it does not exist.',
    fix: 'Derive it: from import.meta.dirname, the root, os.tmpdir() or the home folder.',
  },
];

/** Files in which those texts are the subject. */
export const aboutForeignPlaces: readonly string[] = [
  'packages/package-checks/src/rules/foreign-places.ts',
  'packages/package-checks/test/foreign-places.test.ts',
];
