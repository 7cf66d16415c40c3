import { describe, expect, it } from 'vitest';
import { assembleModule, code, signed, unsigned } from './wasm-assembler.ts';

describe('LEB128', () => {
  // The first two of each are the examples of the DWARF specification, section 7.6.
  it.each([
    [2, [0x02]],
    [12_857, [0xb9, 0x64]],
    [0, [0x00]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [0xffff_ffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('unsigned %i', (value, bytes) => {
    expect(unsigned(value)).toEqual(bytes);
  });

  it.each([
    [-129, [0xff, 0x7e]],
    [128, [0x80, 0x01]],
    [-1, [0x7f]],
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('signed %i', (value, bytes) => {
    expect(signed(value)).toEqual(bytes);
  });
});

interface Wasm {
  validate(bytes: Uint8Array): boolean;
}

it('a module is one that WebAssembly takes', () => {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm };
  const body = [code.loop(code.localGet(0), code.localGet(0), code.v128Load(300), code.v128Store(0))];
  expect(WebAssembly.validate(assembleModule({ parameters: 1, body, pages: 1 }))).toBe(true);
  expect(WebAssembly.validate(assembleModule({ parameters: 0, body, pages: 1 }))).toBe(false);
});
