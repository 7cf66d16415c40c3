import { slicing16 } from './slicing.ts';
import { assembleModule, type Bytes, code } from './wasm-assembler.ts';

/**
 * How far, in bytes, a word reaches that is folded away.
 *
 * x^209 + x^144 + x^54 + x^39 + x^14 + 1 is a multiple of Castagnoli's polynomial P. Over two elements, a power of 32 of a
 * polynomial is the same polynomial with x^32 for x, and it is still a multiple of P. So a 32-bit word may be struck out
 * of a message when it is added to five later words: the checksum, a remainder by P, stays. They lie 209-144, 209-54,
 * 209-39, 209-14 and 209 words further on.
 */
const REACHES = [65, 155, 170, 195, 209].map((words) => words * 4);
const SPAN = 836;
const VECTOR = 16;
/** Bytes in one turn of the loop; less than the shortest reach, so a turn needs nothing that it writes itself. */
const TURN = 64;

/** More than one turn beyond the span: what is left when a whole number of turns is folded away. */
const REST = 1024;
const PAGE = 65_536;
const PAGES = 3;
/** In memory: zeros in front, for the first words have no earlier ones; the chunk and zeros behind it; the rest. */
const CHUNK_AT = 1024;
const REST_AT = PAGES * PAGE - REST - TURN;
const CHUNK = REST_AT - CHUNK_AT - REST - TURN;

/** Below this, copying and calling cost more than is gained. */
const WORTH_FOLDING = 2048;

/** Goes on with a checksum; see `slicing16`. */
export type Checksum = (state: number, bytes: Uint8Array) => number;

/** The part of `WebAssembly` that is used; types of the DOM are not at hand everywhere. */
export interface WasmHost {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

type Exports = { readonly memory: { readonly buffer: ArrayBuffer }; readonly run: Fold };
/** Adds to each vector from `target` up to `end` the five that reach it from `history`, which is `SPAN` bytes ahead. */
type Fold = (target: number, history: number, end: number) => void;

/** A checksum by folding in SIMD; `undefined` where there is no WebAssembly, no SIMD in it, or no leave to use it. */
export function makeFolding(host: WasmHost | undefined): Checksum | undefined {
  if (host === undefined) return undefined;
  try {
    const { exports } = new host.Instance(new host.Module(moduleBytes()));
    return folding(exports as Exports);
  } catch {
    // No SIMD, or a content security policy without 'wasm-unsafe-eval'. Either way there is the other form.
    return undefined;
  }
}

/**
 * The quickest checksum there is. The module is made for the first bytes that are worth it: to compile it takes longer than
 * all else that an import of this package does.
 */
export function foldingOnDemand(host: WasmHost | undefined): Checksum {
  let quickest: Checksum | undefined;
  return (state, data) => {
    if (data.length < WORTH_FOLDING) return slicing16(state, data);
    quickest ??= makeFolding(host) ?? slicing16;
    return quickest(state, data);
  };
}

/** The module: one loop. Parameters are the target, the history less `SPAN`, and the end of the target. */
function moduleBytes(): Uint8Array<ArrayBuffer> {
  const [target, history, end] = [0, 1, 2];
  const advance = (pointer: number): Bytes => [
    ...code.localGet(pointer),
    ...code.i32Const(TURN),
    ...code.i32Add,
    ...code.localSet(pointer),
  ];
  const vectors = Array.from({ length: TURN / VECTOR }, (_, index) => {
    const reaching = REACHES.map((reach) => [
      ...code.localGet(history),
      ...code.v128Load(SPAN - reach + index * VECTOR),
      ...code.v128Xor,
    ]);
    const sum = [...code.localGet(target), ...code.v128Load(index * VECTOR), ...reaching.flat()];
    return [...code.localGet(target), ...sum, ...code.v128Store(index * VECTOR)];
  });
  const again = [...code.localGet(target), ...code.localGet(end), ...code.i32LtU, ...code.brIf(0)];
  return assembleModule({
    parameters: 3,
    pages: PAGES,
    body: [code.loop(...vectors, advance(target), advance(history), again)],
  });
}

function folding({ memory, run }: Exports): Checksum {
  const bytes = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);

  /** One chunk, long enough to be folded. */
  const foldChunk: Checksum = (state, chunk) => {
    const folded = Math.floor((chunk.length - SPAN) / TURN) * TURN;
    const rest = chunk.length - folded;
    const restFrom = CHUNK_AT + folded;
    bytes.set(chunk.subarray(0, folded), CHUNK_AT);
    // The register is added to the first word: that is what it means to go on with a checksum.
    view.setInt32(CHUNK_AT, view.getInt32(CHUNK_AT, true) ^ state, true);
    run(CHUNK_AT, CHUNK_AT - SPAN, restFrom);
    // Only what was struck out reaches into the rest, so words of the rest itself must read as zero there.
    bytes.fill(0, restFrom, restFrom + REST);
    bytes.set(chunk.subarray(folded), REST_AT);
    run(REST_AT, restFrom - SPAN, REST_AT + rest);
    return slicing16(0, bytes.subarray(REST_AT, REST_AT + rest));
  };

  return (state, data) => {
    let crc = state;
    let at = 0;
    for (; data.length - at >= WORTH_FOLDING; at += CHUNK) crc = foldChunk(crc, data.subarray(at, at + CHUNK));
    return at < data.length ? slicing16(crc, data.subarray(at)) : crc;
  };
}
