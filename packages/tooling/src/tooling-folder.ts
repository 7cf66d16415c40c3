import { existsSync } from 'node:fs';
import path from 'node:path';

/** This package's folder, found from the source as well as from the built files, for both need its data files. */
export function toolingFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}
