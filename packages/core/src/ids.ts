/** Fills an array with random bytes. Injected so that tests repeat exactly. */
export type RandomBytes = (target: Uint8Array<ArrayBuffer>) => void;

const cryptoBytes: RandomBytes = (target) => {
  crypto.getRandomValues(target);
};

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function format(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < 16; index += 1) {
    text += hex[bytes[index] as number];
    if (index === 3 || index === 5 || index === 7 || index === 9) text += '-';
  }
  return text;
}

/**
 * A maker of UUIDv7 strings (RFC 9562 §5.7): sortable by time, and strictly increasing within one maker. When more than
 * 4,096 are made in a millisecond, or the clock steps back, the time field runs ahead instead (§6.2, method 1).
 *
 * @example
 * ```ts
 * import { createIdSource } from '@eventstream/core';
 *
 * const nextId = createIdSource();
 * console.assert(nextId() < nextId());
 * ```
 */
export function createIdSource(now: () => number = Date.now, randomBytes: RandomBytes = cryptoBytes): () => string {
  const pool = new Uint8Array(16 * 64);
  let used = pool.length;
  let lastMs = -1;
  let counter = 0;
  return () => {
    if (used === pool.length) {
      randomBytes(pool);
      used = 0;
    }
    const bytes = pool.subarray(used, used + 16);
    used += 16;
    const ms = now();
    if (ms > lastMs) {
      lastMs = ms;
      // The top bit stays clear so that a whole burst fits before the time field must run ahead.
      counter = (((bytes[6] as number) << 8) | (bytes[7] as number)) & 0x7ff;
    } else if (++counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
    const high = Math.floor(lastMs / 0x1_0000);
    bytes[0] = high >>> 24;
    bytes[1] = high >>> 16;
    bytes[2] = high >>> 8;
    bytes[3] = high;
    bytes[4] = lastMs >>> 8;
    bytes[5] = lastMs;
    bytes[6] = 0x70 | (counter >>> 8);
    bytes[7] = counter;
    bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
    return format(bytes);
  };
}
