import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Codecs, lz4Codec, RecordBatch, snappyCodec, zstdCodec } from '../src/index.ts';

type Sample = { codec: 'snappy' | 'lz4' | 'zstd'; writer: string; length: number; sha256: string; bytes: string };

const read = (name: string) => JSON.parse(readFileSync(new URL(`captures/${name}.json`, import.meta.url), 'utf8'));
const { samples } = read('codecs') as { samples: readonly Sample[] };
const { batches } = read('batches') as { batches: readonly { client: string; bytes: string }[] };
const codecs = { snappy: snappyCodec(), lz4: lz4Codec(), zstd: zstdCodec() } satisfies Codecs;

it.each(samples)('$codec of $writer is read', ({ codec, length, sha256, bytes }) => {
  const plain = codecs[codec].decompress(Buffer.from(bytes, 'base64'));
  expect(plain.length).toBe(length);
  expect(createHash('sha256').update(plain).digest('hex')).toBe(sha256);
});

const compressed = batches
  .map(({ client, bytes }) => ({ client, batch: new RecordBatch(Uint8Array.from(Buffer.from(bytes, 'hex'))) }))
  .filter(({ batch }) => batch.compression in codecs);

it.each(compressed)('a $batch.compression batch of $client is read', ({ batch }) => {
  const values = [...batch.records(codecs)].map(({ value }) => value && new TextDecoder().decode(value));
  expect(values).toHaveLength(batch.recordCount);
  expect(values[0]).toMatch(/^value value /);
});

it('batches of every codec were captured', () => {
  expect(new Set(compressed.map(({ batch }) => batch.compression))).toEqual(new Set(['snappy', 'lz4', 'zstd']));
});
