import { batchLayout as at, attributeBits } from './batch-layout.ts';
import { crc32c } from './crc32c/crc32c.ts';

/** What a leader writes into a batch it appends. Neither is covered by the checksum, so the producer's stays valid. */
export interface BatchPlace {
  readonly baseOffset: bigint;
  readonly partitionLeaderEpoch: number;
}

/** Gives a batch its place in the log. Changes the bytes, which must be one whole batch. */
export function patchBatch(bytes: Uint8Array, { baseOffset, partitionLeaderEpoch }: BatchPlace): void {
  const view = viewOf(bytes);
  view.setBigInt64(at.baseOffset, baseOffset);
  view.setInt32(at.partitionLeaderEpoch, partitionLeaderEpoch);
}

/**
 * Gives all records of a batch the time of their appending, as topics with `message.timestamp.type=LogAppendTime`
 * have it.
 *
 * Changes the bytes, and the checksum with them.
 */
export function stampLogAppendTime(bytes: Uint8Array, timestamp: bigint): void {
  const view = viewOf(bytes);
  view.setInt16(at.attributes, view.getInt16(at.attributes) | attributeBits.logAppendTime);
  view.setBigInt64(at.maxTimestamp, timestamp);
  view.setUint32(at.crc, crc32c(bytes.subarray(at.attributes)));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
