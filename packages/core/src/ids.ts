/** Fills an array with random bytes. Injected so that tests repeat exactly. */
export type RandomBytes = (target: Uint8Array<ArrayBuffer>) => void;

const cryptoBytes: RandomBytes = (target) => {
  crypto.getRandomValues(target);
};

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const digits = '0123456789abcdef';
/** Two for where the counter begins, eight for the random half of the id. */
const bytesAnId = 10;

/** The time of an id and its version: the same for all that are made in a millisecond. */
function beginning(ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7`;
}

/** Variant and 62 random bits. Pieces of up to twelve characters are joined by copying; longer ones make ropes. */
function ending(pool: Uint8Array, at: number): string {
  const two = (index: number): string => hex[pool[at + index] as number] as string;
  const node = two(2) + two(3) + two(4) + two(5) + two(6) + two(7);
  return `-${hex[0x80 | ((pool[at] as number) & 0x3f)]}${two(1)}-${node}`;
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
  const pool = new Uint8Array(bytesAnId * 64);
  let used = pool.length;
  let lastMs = -1;
  let begins = '';
  let counter = 0;
  const begin = (ms: number, count: number): void => {
    lastMs = ms;
    begins = beginning(ms);
    counter = count;
  };
  return () => {
    if (used === pool.length) {
      randomBytes(pool);
      used = 0;
    }
    const at = used;
    used += bytesAnId;
    const ms = now();
    // The top bit stays clear so that a whole burst fits before the time field must run ahead.
    if (ms > lastMs) begin(ms, (((pool[at] as number) << 8) | (pool[at + 1] as number)) & 0x7ff);
    else if (++counter > 0xfff) begin(lastMs + 1, 0);
    return `${begins}${digits[counter >>> 8]}${hex[counter & 0xff]}${ending(pool, at + 2)}`;
  };
}
