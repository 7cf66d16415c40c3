/** Bytes of a module, or of a piece of one. */
export type Bytes = readonly number[];

const I32 = 0x7f;
const EMPTY_BLOCK = 0x40;
const END = 0x0b;
const SIMD = 0xfd;
/** An alignment of 2^0: addresses may be any. */
const UNALIGNED = 0;

/** An unsigned number as LEB128, seven bits a byte, lowest first. */
export function unsigned(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** A signed number as LEB128: bit 6 of the last byte is its sign. */
export function signed(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -0x40 || rest >= 0x40; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}

/** The instructions that are used, by their names in the WebAssembly specification. */
export const code = {
  localGet: (index: number): Bytes => [0x20, ...unsigned(index)],
  localSet: (index: number): Bytes => [0x21, ...unsigned(index)],
  i32Const: (value: number): Bytes => [0x41, ...signed(value)],
  i32LtU: [0x49] as Bytes,
  i32Add: [0x6a] as Bytes,
  brIf: (depth: number): Bytes => [0x0d, ...unsigned(depth)],
  loop: (...body: readonly Bytes[]): Bytes => [0x03, EMPTY_BLOCK, ...body.flat(), END],
  v128Load: (offset: number): Bytes => [SIMD, 0, UNALIGNED, ...unsigned(offset)],
  v128Store: (offset: number): Bytes => [SIMD, 11, UNALIGNED, ...unsigned(offset)],
  v128Xor: [SIMD, 0x51] as Bytes,
};

/** What a module of one function has. All parameters are 32-bit integers; nothing is returned. */
export type ModuleParts = {
  readonly parameters: number;
  readonly body: readonly Bytes[];
  /** How much memory it has, in pages of 64 KiB. */
  readonly pages: number;
};

/** A module that exports its memory as `memory` and its function as `run`. */
export function assembleModule({ parameters, body, pages }: ModuleParts): Uint8Array<ArrayBuffer> {
  const type = [0x60, ...vector(Array.from({ length: parameters }, () => [I32])), ...vector([])];
  const functionBody = [...vector([]), ...body.flat(), END];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d],
    ...[0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([type])),
    ...section(3, vector([unsigned(0)])),
    ...section(5, vector([[0x00, ...unsigned(pages)]])),
    ...section(7, vector([exported('memory', 2), exported('run', 0)])),
    ...section(10, vector([[...unsigned(functionBody.length), ...functionBody]])),
  ]);
}

function section(id: number, content: Bytes): Bytes {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Bytes[]): Bytes {
  return [...unsigned(items.length), ...items.flat()];
}

function exported(name: string, kind: number): Bytes {
  const letters = Array.from(name, (letter) => letter.charCodeAt(0));
  return [...unsigned(letters.length), ...letters, kind, ...unsigned(0)];
}
