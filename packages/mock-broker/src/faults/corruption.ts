const BATCH_LENGTH_AT = 8;
const BATCH_HEAD = 12;
const CHECKSUM_AT = 17;

/** A message whose record batches all have a wrong checksum. The bytes given are left alone: a log may own them. */
export function corruptRecordsIn(message: object): object {
  const corrupt = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return corruptBatches(value);
    if (Array.isArray(value)) return value.map(corrupt);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, corrupt(inner)]));
  };
  return corrupt(message) as object;
}

function corruptBatches(records: Uint8Array): Uint8Array {
  const copy = Buffer.from(records);
  for (let at = 0; at + CHECKSUM_AT < copy.byteLength; at += BATCH_HEAD + copy.readInt32BE(at + BATCH_LENGTH_AT)) {
    copy[at + CHECKSUM_AT]! ^= 0xff;
  }
  return copy;
}

/** The parts as one, with one byte turned over: from `bodyAt` on, or back from the end when negative. */
export function corruptByte(parts: readonly Uint8Array[], byte: number, bodyAt: number): Uint8Array {
  const copy = Buffer.concat(parts);
  const at = byte < 0 ? copy.byteLength + byte : Math.min(bodyAt + byte, copy.byteLength - 1);
  const place = Math.max(0, at);
  copy[place] = copy[place]! ^ 0xff;
  return copy;
}
