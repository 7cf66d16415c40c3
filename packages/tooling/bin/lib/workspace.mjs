import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = path.resolve(fileURLToPath(import.meta.url), '../../../../..');

/** The root manifest, read afresh. @returns {{ packageManager: string, engines: { node: string } }} */
export function rootManifest() {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
}

/**
 * npx arguments that run the pinned pnpm. What npx has, it does not look up again: without a network that would take
 * more than a minute.
 */
export function pinnedPnpm() {
  return ['--yes', '--prefer-offline', rootManifest().packageManager];
}

/** The JavaScript entries of the tools: run with this very Node, so neither a shell nor a PATH is involved. */
export const tools = {
  biome: path.join(root, 'node_modules/@biomejs/biome/bin/biome'),
  vitest: path.join(root, 'node_modules/vitest/vitest.mjs'),
};

/** An error whose message is all the user needs: printed without a stack. */
export class UserError extends Error {
  forUser = true;
}
