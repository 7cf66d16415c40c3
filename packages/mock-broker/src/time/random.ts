/** All randomness of a cluster, from one seed: member ids, topic ids and coordinator choice repeat run for run. */
export type Random = {
  /** Where it stands: another one that is set to the same gives the same from then on. */
  position: number;
  /** A 32-bit unsigned integer. */
  next(): number;
  /** A version 4 UUID in its 36-character form. */
  uuid(): string;
};

/** mulberry32: small, fast, and good enough for ids that only need to be distinct and repeatable. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    get position() {
      return state;
    },
    set position(position) {
      state = position >>> 0;
    },
    next,
    uuid() {
      const bytes = Buffer.alloc(16);
      for (let at = 0; at < 16; at += 4) bytes.writeUInt32BE(next(), at);
      bytes[6] = (bytes[6]! & 0x0f) | 0x40;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
      const hex = bytes.toString('hex');
      return [8, 12, 16, 20, 32].map((end, index, ends) => hex.slice(index === 0 ? 0 : ends[index - 1], end)).join('-');
    },
  };
}
