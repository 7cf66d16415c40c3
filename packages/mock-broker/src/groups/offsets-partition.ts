/** Where real brokers keep a group's offsets: the hash is Java's `String.hashCode`, without its sign. */
export function offsetsPartition(groupId: string, partitions: number): number {
  let hash = 0;
  for (let at = 0; at < groupId.length; at += 1) hash = (Math.imul(hash, 31) + groupId.charCodeAt(at)) | 0;
  return (hash & 0x7fff_ffff) % partitions;
}
