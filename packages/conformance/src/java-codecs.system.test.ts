// needs: java
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { javaPrograms } from './java/program.ts';
import { codecNames, firstDifference, linesIn, randomRecords, readAll, writeAll } from './support/random-records.ts';

/** More by hand: EVENTSTREAM_CODEC_RECORDS=100000. */
const count = Number(process.env['EVENTSTREAM_CODEC_RECORDS'] ?? 5000);
const timeout = 60_000 + count * 10;
const lines = randomRecords(count, 21);

test('records of any kind in every codec: Java reads what this client writes, and the other way', {
  timeout,
}, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-java-codecs-'));
  const topics = codecNames.flatMap((codec) => [{ name: `ours-${codec}` }, { name: `theirs-${codec}` }]);
  await using broker = await startMockBroker({ topics });
  await using java = await javaPrograms();
  const brokers = broker.bootstrapServers;
  const run = (verb: 'produce' | 'consume') =>
    java.run('RecordExchange', [verb, brokers, String(count), folder, ...codecNames], { timeoutMs: timeout });
  try {
    await writeFile(path.join(folder, 'records'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    for (const codec of codecNames) await writeAll(brokers, { topic: `ours-${codec}`, codec }, lines);
    await run('consume');
    await run('produce');
    const sizeOf = (topic: string) => broker.topic(topic).partitions[0]?.sizeInBytes ?? 0;
    for (const codec of codecNames) {
      // Or nothing was compressed, and nothing shown. Node has no encoder of zstd before 22.15.
      const packed = [...(codec === 'zstd' ? [] : [`ours-${codec}`]), `theirs-${codec}`].filter(() => codec !== 'none');
      for (const topic of packed) expect(sizeOf(topic), topic).toBeLessThan(0.9 * sizeOf('theirs-none'));
      const read = linesIn(await readFile(path.join(folder, codec), 'utf8'));
      expect(firstDifference(read, lines), `${codec}, read by Java`).toBeUndefined();
      const written = await readAll(brokers, `theirs-${codec}`, count);
      expect(firstDifference(written, lines), `${codec}, written by Java`).toBeUndefined();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
