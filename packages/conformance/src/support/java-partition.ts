/**
 * The Java client's partition of a key, written a second time from Kafka's documentation of `Utils.murmur2` and
 * `BuiltInPartitioner.partitionForKey` and with bigints, so that it shares no mistake with the producer's.
 */
export function javaPartition(key: string, partitions: number): number {
  const mask = 0xffff_ffffn;
  const data = new TextEncoder().encode(key);
  const multiply = (value: bigint) => (value * 0x5bd1_e995n) & mask;
  let hash = 0x9747_b28cn ^ BigInt(data.length);
  const blocks = data.length >> 2;
  for (let block = 0; block < blocks; block += 1) {
    let word = 0n;
    for (let byte = 3; byte >= 0; byte -= 1) word = (word << 8n) | BigInt(data[block * 4 + byte] as number);
    word = multiply(word);
    word = multiply(word ^ (word >> 24n));
    hash = multiply(hash) ^ word;
  }
  const rest = data.length & 3;
  for (let byte = rest - 1; byte >= 0; byte -= 1) hash ^= BigInt(data[blocks * 4 + byte] as number) << BigInt(8 * byte);
  if (rest > 0) hash = multiply(hash);
  hash = multiply(hash ^ (hash >> 13n));
  hash ^= hash >> 15n;
  return Number((hash & 0x7fff_ffffn) % BigInt(partitions));
}
