import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { runToEnd, userCache } from '@eventstream/tooling';
import { programs } from './client.ts';

const sources = path.join(programs, 'go');

/**
 * The executable of a Go program under `foreign/go`, built unless these very sources have been built before. It lies in the
 * user's cache, not in the checkout: a fresh clone on the same machine builds nothing, and a link step takes longer
 * than all its tests.
 */
export async function goProgram(name: string): Promise<string> {
  const files = (await readdir(sources, { recursive: true })).filter((file) => /\.(go|mod|sum)$/.test(file)).sort();
  const hash = createHash('sha256').update(await runToEnd('go', ['version']));
  for (const file of files) hash.update(`${file}\0`).update(await readFile(path.join(sources, file)));
  const target = path.join(userCache('foreign-go'), `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(target)) {
    const unfinished = `${target}.${process.pid}`;
    const build = ['-C', sources, 'build', '-mod=readonly', '-o', unfinished, `./${name}`];
    await runToEnd('go', build, { timeoutMs: 240_000 });
    await rename(unfinished, target);
  }
  return target;
}
