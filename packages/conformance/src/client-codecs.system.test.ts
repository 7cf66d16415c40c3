// needs: confluent-kafka
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startMockBroker } from '@eventstream/mock-broker';
import { runToEnd } from '@eventstream/tooling';
import { expect, test } from 'vitest';
import { programs } from './foreign/client.ts';
import { codecNames, firstDifference, linesIn, randomRecords, readAll, writeAll } from './support/random-records.ts';

/** More by hand: EVENTSTREAM_CODEC_RECORDS=100000. */
const count = Number(process.env['EVENTSTREAM_CODEC_RECORDS'] ?? 10_000);
const lines = randomRecords(count, 20);

test.each(codecNames)(
  'records of any kind in %s: librdkafka reads what this client writes, and the other way',
  { timeout: 60_000 + count * 2 },
  async (codec) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-client-codecs-'));
    await using broker = await startMockBroker({ topics: [{ name: 'ours' }, { name: 'theirs' }] });
    const brokers = broker.bootstrapServers;
    const program = path.join(programs, 'confluent_records.py');
    const run = (verb: string, topic: string, ...rest: readonly string[]) =>
      runToEnd('python3', [program, verb, brokers, topic, String(count), ...rest]);
    try {
      await writeAll(brokers, { topic: 'ours', codec }, lines);
      const out = path.join(folder, 'out');
      await run('consume', 'ours', out);
      expect(firstDifference(linesIn(await readFile(out, 'utf8')), lines)).toBeUndefined();

      const input = path.join(folder, 'in');
      await writeFile(input, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
      await run('produce', 'theirs', input, codec);
      expect(firstDifference(await readAll(brokers, 'theirs', count), lines)).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
