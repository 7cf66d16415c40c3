// needs: confluent-kafka
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startMockBroker } from '@eventstream/mock-broker';
import { runToEnd } from '@eventstream/tooling';
import { kafka } from '@eventstream/transport-kafka';
import { expect, test } from 'vitest';
import { programs } from './foreign/client.ts';

const count = 10_000;
type Hex = string | null;
type Line = readonly [key: Hex, value: Hex, headers: readonly (readonly [string, Hex])[], timestamp: number];

/** A generator of its own (mulberry32): the same records in every run, and nothing to install. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Bytes of any kind: null, empty, text that repeats itself, noise. */
function randomHex(random: (below: number) => number): Hex {
  const kind = random(8);
  if (kind === 0) return null;
  if (kind === 1) return '';
  if (kind < 5) return Buffer.from('again and again '.repeat(random(20))).toString('hex');
  return Buffer.from(Array.from({ length: random(120) }, () => random(256))).toString('hex');
}

const random = randomFrom(20);
const lines: readonly Line[] = Array.from({ length: count }, () => [
  randomHex(random),
  randomHex(random),
  Array.from({ length: random(4) }, (_, index) => [`h${index}é`.slice(0, 1 + random(3)), randomHex(random)] as const),
  1_700_000_000_000 + random(1_000_000_000),
]);

const bytes = (hex: Hex) => (hex === null ? null : Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array | null): Hex => (data === null ? null : Buffer.from(data).toString('hex'));

async function readAll(brokers: string, topic: string): Promise<readonly Line[]> {
  const transport = kafka({ brokers });
  await transport.connect();
  const read: Line[] = [];
  const ignore = () => undefined;
  await new Promise<void>((resolve, reject) => {
    const request = { group: `${topic} by us`, topics: [topic], startFrom: 'earliest' as const };
    const calls = { onAssigned: ignore, onRevoked: ignore, onError: reject };
    transport
      .subscribe({
        ...request,
        ...calls,
        onRecords({ records }) {
          for (const { key, value, headers, timestamp } of records) {
            read.push([hex(key), hex(value), headers.map(([name, data]) => [name, hex(data)] as const), timestamp]);
          }
          if (read.length >= count) resolve();
        },
      })
      .catch(reject);
  });
  await transport.close();
  return read;
}

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
  '10,000 records of any kind in %s: librdkafka reads what this client writes, and the other way',
  { timeout: 60_000 },
  async (codec) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-client-codecs-'));
    await using broker = await startMockBroker({ topics: [{ name: 'ours' }, { name: 'theirs' }] });
    const program = path.join(programs, 'confluent_records.py');
    const run = (verb: string, topic: string, ...rest: readonly string[]) =>
      runToEnd('python3', [program, verb, broker.bootstrapServers, topic, String(count), ...rest]);
    try {
      const transport = kafka({ brokers: broker.brokers, compression: codec });
      await transport.connect();
      const ours = await transport.topic('ours');
      await Promise.all(
        lines.map(([key, value, headers, timestamp]) =>
          ours.append(
            0,
            bytes(key),
            bytes(value),
            headers.map(([name, data]) => [name, bytes(data)] as const),
            timestamp,
          ),
        ),
      );
      await transport.close();
      const out = path.join(folder, 'out');
      await run('consume', 'ours', out);
      const read = (await readFile(out, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
      expect(read).toEqual(lines);

      const input = path.join(folder, 'in');
      await writeFile(input, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
      await run('produce', 'theirs', input, codec);
      expect(await readAll(broker.bootstrapServers, 'theirs')).toEqual(lines);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
