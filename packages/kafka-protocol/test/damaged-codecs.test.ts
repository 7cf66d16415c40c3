import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isProtocolError, lz4Codec, snappyCodec, zstdCodec } from '../src/index.ts';

type Sample = { codec: 'snappy' | 'lz4' | 'zstd'; writer: string; bytes: string };

const bound = { maxBytes: 1 << 20 };
const codecs = { snappy: snappyCodec(bound), lz4: lz4Codec(bound), zstd: zstdCodec(bound) };
const file = new URL('captures/codecs.json', import.meta.url);
const { samples } = JSON.parse(readFileSync(file, 'utf8')) as { samples: readonly Sample[] };
const runs = Number(process.env['PROPERTY_RUNS'] ?? 30);

// What others write reaches parts of a decoder that what we write does not: Huffman trees, repeated tables, links.
it.each(samples)('damage to $codec of $writer ends in an error of ours or in bytes', ({ codec, bytes }) => {
  const whole = Buffer.from(bytes, 'base64');
  const damage = fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { maxLength: 3 });
  fc.assert(
    fc.property(damage, fc.nat({ max: whole.length }), (edits, end) => {
      const damaged = Uint8Array.from(edits.length > 0 ? whole : whole.subarray(0, end));
      for (const [at, byte] of edits) damaged[at] = byte;
      try {
        expect(codecs[codec].decompress(damaged).length).toBeLessThanOrEqual(bound.maxBytes);
      } catch (error) {
        expect(isProtocolError(error), String(error)).toBe(true);
      }
    }),
    { numRuns: runs },
  );
});
