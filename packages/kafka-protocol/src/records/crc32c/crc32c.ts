import { foldingOnDemand, type WasmHost } from './folding.ts';

const checksum = foldingOnDemand((globalThis as { WebAssembly?: WasmHost }).WebAssembly);

/**
 * The CRC32C (RFC 3720, appendix B.4) of some bytes as an unsigned number: what Kafka checks record batches with.
 *
 * `seed` is the checksum of the bytes before these, for data in pieces. From 2 KiB on it is computed in WebAssembly's
 * SIMD where the platform has and allows it, else in JavaScript; the result is the same.
 *
 * @example
 * console.log(crc32c(new TextEncoder().encode('123456789')) === 0xe3069283); // true
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  return ~checksum(~seed, bytes) >>> 0;
}
