import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from './manifest.ts';

/** A package or an app of the workspace. */
export interface Member {
  /** Its name in package.json, such as `@eventstream/core`. */
  readonly name: string;
  /** Its folder from the root, such as `packages/core`. */
  readonly folder: string;
  readonly isApp: boolean;
  readonly manifest: Manifest;
}

/** The repository as the checks see it: names and texts, so that a test can plant one in a folder of its own. */
export interface Repository {
  readonly root: string;
  readonly members: readonly Member[];
  /** Every file that is not made by a tool, as paths from the root with forward slashes, sorted. */
  readonly files: readonly string[];
  read(file: string): string;
}

const madeByTools = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo', '.cache', '.eventstream']);

/** Reads the repository at `root`. Texts are read when asked for, once. */
export function readRepository(root: string): Repository {
  const texts = new Map<string, string>();
  const members = ['packages', 'apps'].flatMap((level) =>
    namesIn(path.join(root, level))
      .filter((name) => existsSync(path.join(root, level, name, 'package.json')))
      .map((name) => readMember(root, `${level}/${name}`)),
  );
  return {
    root,
    members,
    files: filesUnder(root, '').sort(),
    read(file) {
      const known = texts.get(file) ?? readFileSync(path.join(root, file), 'utf8');
      texts.set(file, known);
      return known;
    },
  };
}

/** The member that a file lies in. */
export function memberOf(repository: Repository, file: string): Member | undefined {
  return repository.members.find(({ folder }) => file.startsWith(`${folder}/`));
}

/** The hand-written TypeScript and JavaScript of the members. */
export function sourceFiles(repository: Repository): readonly string[] {
  return repository.files.filter(
    (file) => /^(packages|apps)\/.*\.(ts|mts|mjs|js)$/.test(file) && !file.includes('/fixtures/'),
  );
}

/** True for what never reaches a user: tests, their helpers and the configuration of tools. */
export function isTestOrConfig(member: Member, file: string): boolean {
  if (/\.(test|bench)\.ts$|\.config\.ts$|\/(test|bench)\//.test(file)) return true;
  // `testing` holds the helpers of a package's own tests, unless it is one of its doors.
  return file.startsWith(`${member.folder}/src/testing/`) && member.manifest.exports?.['./testing'] === undefined;
}

function readMember(root: string, folder: string): Member {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Manifest;
  return { name: manifest.name, folder, isApp: folder.startsWith('apps/'), manifest };
}

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const at = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return madeByTools.has(entry.name) ? [] : filesUnder(root, at);
    return entry.isFile() ? [at] : [];
  });
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
