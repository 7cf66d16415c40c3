import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runTurbo } from './turbo.mjs';
import { root, UserError } from './workspace.mjs';

const stamp = path.join(root, 'node_modules/.cache/eventstream/build');

/**
 * Builds the JavaScript of all packages and apps unless no source has changed since the last build. Starting turbo to
 * learn that costs a second; looking at names, sizes and times costs some 20 ms, so that comes first.
 */
export async function ensureBuilt() {
  const members = buildableMembers();
  const now = fingerprint(members);
  const complete = members.every((folder) => existsSync(path.join(folder, 'dist')));
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  console.log('Building (only what changed) …');
  const { code, output } = await runTurbo(['build', '--output-logs=errors-only'], { quiet: true });
  if (code !== 0) throw new UserError(`${output}\nThe build failed; the lines above say where.`);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

/** The folders of all packages and apps that have a build script. */
function buildableMembers() {
  return ['packages', 'apps'].flatMap((level) =>
    readdirSync(path.join(root, level))
      .map((name) => path.join(root, level, name))
      .filter((folder) => {
        const manifest = path.join(folder, 'package.json');
        return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).scripts?.build !== undefined;
      }),
  );
}

/** @param {readonly string[]} members */
function fingerprint(members) {
  const hash = createHash('sha256').update(process.version);
  const add = (/** @type {string} */ file) => {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  };
  for (const file of ['pnpm-lock.yaml', 'packages/tooling/tsup.ts']) add(path.join(root, file));
  for (const folder of members) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isFile()) add(path.join(folder, entry.name));
      else if (!['node_modules', 'dist', 'test', '.turbo'].includes(entry.name))
        walk(path.join(folder, entry.name), add);
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @param {(file: string) => void} visit
 */
function walk(folder, visit) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) walk(at, visit);
    else if (entry.isFile() && !entry.name.endsWith('.test.ts')) visit(at);
  }
}
