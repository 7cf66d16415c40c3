import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { runToEnd, userCache } from '@eventstream/tooling';
import type { PinnedSuite } from '../record.ts';

/** What npm says of a tarball it has written. */
type Packed = { readonly filename: string; readonly integrity: string };

/**
 * librdkafka's source with its tests, which the npm package of Confluent's JavaScript client carries. It is fetched once,
 * from the registry npm is configured with; a tarball other than the recorded one is not unpacked.
 */
export async function librdkafkaSource({ package: name, integrity }: PinnedSuite): Promise<string> {
  const cache = userCache('scores');
  const final = path.join(cache, name.replaceAll(/[@/]+/g, '-').replace(/^-/, ''));
  const source = path.join(final, 'package/deps/librdkafka');
  if (existsSync(source)) return source;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'fetching-'));
  try {
    const output = await runToEnd('npm', ['pack', name, '--json', '--loglevel=error', '--pack-destination', folder]);
    const [packed] = JSON.parse(output) as readonly Packed[];
    if (packed === undefined) throw new Error(`npm pack ${name} wrote nothing: ${output}`);
    if (packed.integrity !== integrity) {
      throw new Error(
        `${name} has the integrity ${packed.integrity}, but ${integrity} is recorded: do not build it; find out why.`,
      );
    }
    await runToEnd('tar', ['-xzf', path.join(folder, packed.filename), '-C', folder, 'package/deps/librdkafka']);
    await rename(folder, final);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return source;
}
