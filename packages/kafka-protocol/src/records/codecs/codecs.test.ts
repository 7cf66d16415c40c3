import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../../protocol-error.ts';
import { lz4Codec } from './lz4/lz4.ts';
import { snappyCodec } from './snappy/snappy.ts';
import { zstdCodec } from './zstd/zstd.ts';

const runs = Number(process.env['PROPERTY_RUNS'] ?? 200);
const codecs = [
  { name: 'lz4', make: lz4Codec },
  { name: 'snappy', make: snappyCodec },
  { name: 'zstd', make: zstdCodec },
] as const;

/** Bytes that repeat themselves and bytes that do not, beyond the size of a block too. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 9000 })).map(repeated),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(Buffer.concat(parts)));

function repeated([unit, times]: [Uint8Array, number]): Uint8Array {
  return Uint8Array.from({ length: unit.length * times }, (_, at) => unit[at % unit.length]!);
}

describe.each(codecs)('$name', ({ make }) => {
  it('gives back what it was given', () => {
    const { compress, decompress } = make();
    fc.assert(
      fc.property(content, (bytes) => {
        expect(Buffer.compare(decompress(compress(bytes)), bytes)).toBe(0);
      }),
      { numRuns: runs },
    );
  });

  it('gives back nothing when given nothing, and a whole block of either size', () => {
    const { compress, decompress } = make();
    for (const size of [0, 1, 4, 12, 13, 32_768, 65_536, 65_537, 131_072, 131_073, 400_000]) {
      const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 5) * 31) & 0xff);
      expect(Buffer.compare(decompress(compress(bytes)), bytes), `${size} bytes`).toBe(0);
    }
  });

  it('refuses to grow beyond its bound', () => {
    const bomb = make().compress(new Uint8Array(1_000_000));
    expect(make({ maxBytes: 1_000_000 }).decompress(bomb)).toHaveLength(1_000_000);
    expect(() => make({ maxBytes: 999_999 }).decompress(bomb)).toThrow(
      expect.objectContaining({ code: 'too_large', message: expect.stringContaining('999999 bytes') }),
    );
  });

  it('answers damage with an error of its own, or with bytes within its bound', () => {
    const { decompress } = make({ maxBytes: 1 << 20 });
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(content, damage, fc.nat(), (bytes, edits, cut) => {
        const damaged = make().compress(bytes);
        for (const [at, byte] of edits) damaged[at % damaged.length] = byte;
        const part = cut % 3 === 0 ? damaged.subarray(0, cut % (damaged.length + 1)) : damaged;
        expectRefusalOrBytes(() => decompress(part));
      }),
      { numRuns: runs },
    );
  });

  it('answers any bytes with an error of its own, or with bytes', () => {
    const { decompress } = make({ maxBytes: 1 << 20 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectRefusalOrBytes(() => decompress(bytes))),
      { numRuns: runs },
    );
  });
});

it('lz4 and snappy make repetition small', () => {
  const bytes = new TextEncoder().encode('{"type":"order.placed","total":42}'.repeat(2000));
  expect(lz4Codec().compress(bytes).length).toBeLessThan(bytes.length / 50);
  expect(snappyCodec().compress(bytes).length).toBeLessThan(bytes.length / 15);
});

function expectRefusalOrBytes(decompress: () => Uint8Array): void {
  try {
    expect(decompress()).toBeInstanceOf(Uint8Array);
  } catch (error) {
    expect(isProtocolError(error), String(error)).toBe(true);
  }
}
