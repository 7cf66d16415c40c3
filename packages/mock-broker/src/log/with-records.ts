import {
  type Codecs,
  type Compression,
  crc32c,
  encodeBatch,
  type KafkaRecord,
  type RecordBatch,
} from '@eventstream/kafka-protocol';
import { codecs as usualCodecs } from './codecs.ts';

const CRC_AT = 17;
const CHECKED_FROM = 21;
const LAST_OFFSET_DELTA_AT = 23;

/** How records are compressed that are written anew. Default: as they were. */
export type Packing = { readonly compression: Compression; readonly codecs: Codecs };

/** A batch with only these of its records. It still stands for all its offsets, and for its producer's sequences. */
export function withRecords(
  batch: RecordBatch,
  kept: readonly KafkaRecord[],
  packing: Packing = { compression: batch.compression, codecs: usualCodecs },
): Uint8Array {
  const { baseOffset, partitionLeaderEpoch, producerId, producerEpoch, baseSequence } = batch;
  const { isTransactional, timestampType } = batch;
  const { compression, codecs } = packing;
  const records = kept.map(({ key, value, headers, timestamp, offset }) => ({
    key,
    value,
    headers,
    timestamp,
    offsetDelta: Number(offset - baseOffset),
  }));
  const identity = { producerId, producerEpoch, baseSequence, isTransactional };
  const bytes = encodeBatch(
    { records, baseOffset, partitionLeaderEpoch, ...identity, compression, timestampType },
    codecs,
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setInt32(LAST_OFFSET_DELTA_AT, batch.lastOffsetDelta);
  view.setUint32(CRC_AT, crc32c(bytes.subarray(CHECKED_FROM)));
  return bytes;
}
