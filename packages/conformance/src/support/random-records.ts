import { kafka } from '@eventstream/transport-kafka';

type Hex = string | null;
/** A record as the programs of other clients read and write it, a line of JSON each. */
export type Line = readonly [key: Hex, value: Hex, headers: readonly (readonly [string, Hex])[], timestamp: number];

/** Every codec of record batches. */
export const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

const patienceMs = 60_000;

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

/** So many records of any kind, the same for the same seed. */
export function randomRecords(count: number, seed: number): readonly Line[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => [
    randomHex(random),
    randomHex(random),
    Array.from({ length: random(4) }, (_, index) => [`h${index}é`.slice(0, 1 + random(3)), randomHex(random)] as const),
    1_700_000_000_000 + random(1_000_000_000),
  ]);
}

const bytes = (hex: Hex) => (hex === null ? null : Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array | null): Hex => (data === null ? null : Buffer.from(data).toString('hex'));

/** Writes records to the first partition of a topic with our own client. */
export async function writeAll(
  brokers: string,
  { topic, codec }: { readonly topic: string; readonly codec: (typeof codecNames)[number] },
  lines: readonly Line[],
): Promise<void> {
  const transport = kafka({ brokers, compression: codec, bufferBytes: '256 MiB' });
  await transport.connect();
  const writer = await transport.topic(topic);
  const appended = lines.map(([key, value, headers, timestamp]) => {
    const named = headers.map(([name, data]) => [name, bytes(data)] as const);
    return writer.append(0, bytes(key), bytes(value), named, timestamp);
  });
  await Promise.all(appended);
  await transport.close();
}

/** Reads so many records of a topic with our own client. */
export async function readAll(brokers: string, topic: string, count: number): Promise<readonly Line[]> {
  const transport = kafka({ brokers });
  await transport.connect();
  const read: Line[] = [];
  const ignore = () => undefined;
  await new Promise<void>((resolve, reject) => {
    const late = () => reject(new Error(`Only ${read.length} of ${count} records of ${topic} came.`));
    const timer = setTimeout(late, patienceMs);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
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
          if (read.length >= count) end();
        },
      })
      .catch(reject);
  });
  await transport.close();
  return read;
}

/** The records of a file that another client has written. */
export function linesIn(text: string): readonly Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** The first record that is not as it was written, with its place; nothing when all are. A deep comparison would take minutes. */
export function firstDifference(read: readonly Line[], written: readonly Line[]) {
  const at = written.findIndex((line, index) => JSON.stringify(line) !== JSON.stringify(read[index]));
  if (at >= 0) return { at, read: read[at], written: written[at] };
  return read.length === written.length ? undefined : { read: read.length, written: written.length };
}
