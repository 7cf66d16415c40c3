import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { type Checksum, makeFolding, type WasmHost } from './folding.ts';
import { slicing16 } from './slicing.ts';

/** The definition, byte by byte and bit by bit. */
const definition: Checksum = (state, bytes) => {
  let crc = state;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return crc;
};

const host = (globalThis as { WebAssembly?: WasmHost }).WebAssembly;
const folding = makeFolding(host);
if (!folding) throw new Error('Tests of the fold need WebAssembly with SIMD.');

/** Bytes that look like nothing, at an address of the wanted alignment. */
function noise(length: number, shift: number): Uint8Array {
  let state = length * 16 + shift + 1;
  const bytes = new Uint8Array(length + shift).subarray(shift);
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

describe('crc32c', () => {
  // RFC 3720, appendix B.4, and the usual check value.
  it.each([
    ['123456789', new TextEncoder().encode('123456789'), 0xe306_9283],
    ['32 zeros', new Uint8Array(32), 0x8a91_36aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8_ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd_794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113f_db5c],
    ['nothing', new Uint8Array(0), 0],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('of pieces, one seeding the next, is that of the whole', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(15), fc.nat(10_000), (length, shift, cut) => {
        const bytes = noise(length, shift);
        const whole = ~definition(-1, bytes) >>> 0;
        expect(crc32c(bytes)).toBe(whole);
        expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(whole);
      }),
    );
  });
});

describe.each([
  ['slicing', slicing16],
  ['folding', folding],
])('%s', (_name, checksum) => {
  it('is the definition at every length around where folding begins, at every alignment', () => {
    for (let length = 0; length <= 64; length++) {
      for (let shift = 0; shift < 16; shift++) {
        const bytes = noise(length, shift);
        expect(checksum(-1, bytes)).toBe(definition(-1, bytes));
      }
    }
    for (let length = 2000; length < 3100; length++) {
      const bytes = noise(length, length % 16);
      expect(checksum(length, bytes), `${length} bytes`).toBe(definition(length, bytes));
    }
  });

  it('is the definition where one chunk of memory ends and the next begins', () => {
    const chunk = 193_408;
    for (const length of [chunk - 1, chunk, chunk + 1, chunk + 2047, chunk + 2048, 2 * chunk + 63, 600_001]) {
      const bytes = noise(length, length % 16);
      expect(checksum(-1, bytes), `${length} bytes`).toBe(definition(-1, bytes));
    }
  });

  it('is the definition of any bytes after any bytes', () => {
    const start = fc.integer();
    fc.assert(
      fc.property(
        start,
        fc.uint8Array({ minLength: 0, maxLength: 9000, size: 'max' }),
        fc.nat(15),
        (state, bytes, shift) => {
          const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
          shifted.set(bytes);
          expect(checksum(state, shifted)).toBe(definition(state, bytes));
          expect(checksum(state, shifted)).toBe(definition(state, bytes));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('without SIMD', () => {
  it.each([
    ['there is no WebAssembly', undefined],
    [
      'the module is refused',
      {
        ...(host as WasmHost),
        Module: class {
          constructor() {
            throw new Error('wasm code generation disallowed by embedder');
          }
        },
      },
    ],
  ])('when %s, there is no fold', (_why, missing) => {
    expect(makeFolding(missing as WasmHost | undefined)).toBeUndefined();
  });
});
