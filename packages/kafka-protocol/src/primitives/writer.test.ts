import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

const int = (min: number, max: number) => fc.integer({ min, max });
const big = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const wire = fc.oneof(
  fc.tuple(fc.constant('bool' as const), fc.boolean()),
  fc.tuple(fc.constant('int8' as const), int(-0x80, 0x7f)),
  fc.tuple(fc.constant('int16' as const), int(-0x8000, 0x7fff)),
  fc.tuple(fc.constant('uint16' as const), int(0, 0xffff)),
  fc.tuple(fc.constant('int32' as const), int(-0x8000_0000, 0x7fff_ffff)),
  fc.tuple(fc.constant('uint32' as const), int(0, 0xffff_ffff)),
  fc.tuple(fc.constant('int64' as const), big),
  fc.tuple(fc.constant('float64' as const), fc.double()),
  fc.tuple(fc.constant('uuid' as const), fc.uuid()),
  fc.tuple(fc.constant('uvarint' as const), int(0, 0xffff_ffff)),
  fc.tuple(fc.constant('varint' as const), int(-0x8000_0000, 0x7fff_ffff)),
  fc.tuple(fc.constant('varlong' as const), big),
);

describe('Writer and Reader', () => {
  it('agree on every type in any order, however often the buffer grows', () => {
    fc.assert(
      fc.property(fc.array(wire, { maxLength: 60 }), (values) => {
        const writer = new Writer(1);
        for (const [type, value] of values) writer[type](value as never);
        const reader = new Reader(writer.finish());
        expect(values.map(([type]) => [type, reader[type]()])).toEqual(values);
        expect(reader.remaining).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('agree on text of any length and script', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom(2 as const, 'compact' as const),
        (text, form) => {
          const writer = new Writer(1);
          writer.text(text, form);
          const reader = new Reader(writer.finish());
          expect(reader.text(reader.length(form))).toBe(text);
          expect(reader.remaining).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps a byte order mark, which is a character like any other', () => {
    const writer = new Writer();
    writer.text('\u{feff}topic', 2);
    expect(new Reader(writer.finish().subarray(2)).text(8)).toBe('\u{feff}topic');
  });

  it.each([
    ['uvarint', 'ffffffffff01'],
    ['uvarint', 'ffffffff1f'],
    ['varlong', 'ffffffffffffffffffff01'],
  ] as const)('refuses a %s that is too long: %s', (type, hex) => {
    expect(() => new Reader(Uint8Array.from(Buffer.from(hex, 'hex')))[type]()).toThrow(/does not fit/);
  });
});
