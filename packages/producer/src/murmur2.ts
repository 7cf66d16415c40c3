const multiplier = 0x5bd1e995;
const seed = 0x9747b28c;

/**
 * The signed 32-bit murmur2 hash Kafka's Java client uses for keys (`org.apache.kafka.common.utils.Utils.murmur2`): the seed
 * and the finish are Kafka's own choice, so other murmur2 implementations give other numbers.
 */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const whole = length & ~3;
  let hash = seed ^ length;
  for (let at = 0; at < whole; at += 4) {
    let word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    word = Math.imul(word, multiplier);
    word = Math.imul(word ^ (word >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ word;
  }
  const rest = length - whole;
  if (rest > 0) {
    if (rest === 3) hash ^= (bytes[whole + 2] as number) << 16;
    if (rest >= 2) hash ^= (bytes[whole + 1] as number) << 8;
    hash = Math.imul(hash ^ (bytes[whole] as number), multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}
