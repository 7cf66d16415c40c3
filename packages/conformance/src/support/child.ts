import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ManagedProcess, startProcess } from '@eventstream/tooling';
import { build } from 'esbuild';
import type { Lab } from './lab.ts';

const children = path.join(import.meta.dirname, '../children');

/**
 * Starts one of the programs in `src/children` as a process of its own, to be killed. It is bundled from the sources, as the
 * tests themselves run from the sources.
 */
export async function startChild(
  lab: Pick<Lab, 'after'>,
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<ManagedProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-child-'));
  lab.after(() => rm(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, `${name}.mjs`);
  await build({
    entryPoints: [path.join(children, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@eventstream/source'],
    // kafkajs is CommonJS and asks for node's modules at run time.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const child = await startProcess(process.execPath, [outfile], { name, env: settings });
  lab.after(() => child.stop({ signal: 'SIGKILL' }));
  return child;
}
