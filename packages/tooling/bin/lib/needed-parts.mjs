import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parts } from './parts.mjs';
import { root, UserError } from './workspace.mjs';

/**
 * Tells the filters of a vitest command line (parts of file paths) from its options.
 * @param {readonly string[]} args
 */
export function splitArguments(args) {
  const takesValue = (/** @type {string | undefined} */ arg) => arg === '-t' || arg === '--testNamePattern';
  const isOption = (/** @type {string} */ arg, /** @type {number} */ at) =>
    arg.startsWith('-') || takesValue(args[at - 1]);
  return {
    filters: args.filter((arg, at) => !isOption(arg, at)),
    options: args.filter(isOption),
  };
}

/**
 * The system test files, as paths from the root, that a run with these filters takes.
 * @param {readonly string[]} filters
 */
export function systemTestFiles(filters) {
  const files = ['packages', 'apps'].flatMap((level) =>
    readdirSync(path.join(root, level)).flatMap((member) =>
      ['src', 'test'].flatMap((folder) => filesUnder(path.join(level, member, folder))),
    ),
  );
  return files
    .filter((file) => file.endsWith('.system.test.ts'))
    .filter((file) => filters.length === 0 || filters.some((name) => file.includes(name)));
}

/**
 * For how many minutes a file may run: what it says in a line `// minutes: 20`, else 8.
 * @param {string} file
 */
export function minutesOf(file) {
  return Number(/^\/\/ minutes: (\d+)$/m.exec(readFileSync(path.join(root, file), 'utf8'))?.[1] ?? 8);
}

/**
 * The names of the parts the files ask for in a line `// needs: java, docker` (or `// needs: nothing`).
 * @param {readonly string[]} files
 */
export function neededParts(files) {
  const names = files.flatMap((file) => {
    const line = /^\/\/ needs: (.*)$/m.exec(readFileSync(path.join(root, file), 'utf8'))?.[1];
    if (line === undefined) {
      throw new UserError(
        `${file} does not say what it needs. Begin it with a line such as "// needs: java"; the parts are ${known()}.`,
      );
    }
    return line.trim() === 'nothing' ? [] : line.split(',').map((name) => name.trim());
  });
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    throw new UserError(
      `A system test needs "${unknown}", which is no part of packages/tooling/bin/lib/parts.mjs; those are ${known()}.`,
    );
  }
  // What another part requires is installed before it.
  const ordered = [...new Set(names)].sort().flatMap((name) => [...(parts[name]?.requires ?? []), name]);
  return [...new Set(ordered)];
}

function known() {
  return Object.keys(parts).join(', ');
}

/** @param {string} folder @returns {readonly string[]} */
function filesUnder(folder) {
  let entries;
  try {
    entries = readdirSync(path.join(root, folder), { withFileTypes: true });
  } catch {
    return []; // A member without tests of this kind has no such folder.
  }
  return entries.flatMap((entry) => {
    const at = path.join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(at) : [at];
  });
}
