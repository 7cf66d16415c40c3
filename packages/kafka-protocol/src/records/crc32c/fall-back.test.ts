import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it.each([
  ['no WebAssembly', undefined],
  ['WebAssembly that refuses the module', { Module: RangeError, Instance: Object }],
])('with %s the checksum is the same', async (_what, stub) => {
  const bytes = Uint8Array.from({ length: 10_000 }, (_, at) => (at * 31) >>> 2);
  vi.resetModules();
  const { crc32c: folded } = await import('./crc32c.ts');
  vi.stubGlobal('WebAssembly', stub);
  vi.resetModules();
  const { crc32c } = await import('./crc32c.ts');
  expect(crc32c).not.toBe(folded);
  expect(crc32c(bytes)).toBe(folded(bytes));
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe306_9283);
});
