import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Member } from '../repository.ts';

/** Packs the packages as a release would, with the pinned pnpm: only it applies publishConfig and workspace versions. */
export async function packAll(root: string, members: readonly Member[], folder: string): Promise<void> {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { packageManager: string };
  const filters = members.map(({ name }) => `--filter=${name}`);
  const { code, output } = await run(
    'npx',
    [
      '--yes',
      '--prefer-offline',
      manifest.packageManager,
      '--recursive',
      ...filters,
      'pack',
      '--pack-destination',
      folder,
    ],
    root,
  );
  if (code !== 0) throw new Error(`pnpm could not pack the packages:\n${output}`);
}

function run(command: string, args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
