import { Writer } from '../primitives/writer.ts';
import {
  batchLayout as at,
  attributeBits,
  type Compression,
  compressions,
  LENGTH_OVERHEAD,
  type TimestampType,
} from './batch-layout.ts';
import { type Codecs, transcode } from './codecs/codec.ts';
import { crc32c } from './crc32c/crc32c.ts';
import { type RecordInput, writeRecord } from './encode-record.ts';

/** A batch to be written. */
export interface BatchInput {
  readonly records: readonly RecordInput[];
  /** Default: 0; the leader sets it when it appends. */
  readonly baseOffset?: bigint;
  /** Default: -1, unknown; the leader sets it when it appends. */
  readonly partitionLeaderEpoch?: number;
  /** Default: -1, not idempotent. */
  readonly producerId?: bigint;
  /** Default: -1. */
  readonly producerEpoch?: number;
  /** Default: -1. */
  readonly baseSequence?: number;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  /** Default: `none`. Any other needs its codec among the second argument. */
  readonly compression?: Compression;
  /** Default: `CreateTime`. */
  readonly timestampType?: TimestampType;
}

const NO_TIMESTAMP = -1n;

/**
 * One record batch of format 2 with its checksum.
 *
 * @throws ProtocolError `unsupported_codec`
 * @example
 * const records = encodeBatch({ records: [{ key: 'order-1', value: '{"total":42}', timestamp: 1_700_000_000_000n }] });
 */
export function encodeBatch(batch: BatchInput, codecs: Codecs = {}): Uint8Array {
  const { records, compression = 'none' } = batch;
  const baseTimestamp = records[0]?.timestamp ?? NO_TIMESTAMP;
  const plain = new Writer(256);
  for (const [index, record] of records.entries()) writeRecord(plain, record, { timestamp: baseTimestamp, index });
  const body = transcode(plain.finish(), { compression, codecs, direction: 'compress' });

  const writer = new Writer(at.records + body.length);
  writer.int64(batch.baseOffset ?? 0n);
  writer.int32(at.records + body.length - LENGTH_OVERHEAD);
  writer.int32(batch.partitionLeaderEpoch ?? -1);
  writer.int8(2);
  writer.uint32(0);
  writer.int16(attributesOf(batch));
  writer.int32(lastOffsetDelta(records));
  writer.int64(baseTimestamp);
  writer.int64(latest(records));
  writer.int64(batch.producerId ?? -1n);
  writer.int16(batch.producerEpoch ?? -1);
  writer.int32(batch.baseSequence ?? -1);
  writer.int32(records.length);
  writer.raw(body);
  const bytes = writer.finish();
  writer.patchInt32(at.crc, crc32c(bytes.subarray(at.attributes)) | 0);
  return bytes;
}

function attributesOf({ compression = 'none', timestampType, isTransactional, isControl }: BatchInput): number {
  return (
    compressions.indexOf(compression) |
    (timestampType === 'LogAppendTime' ? attributeBits.logAppendTime : 0) |
    (isTransactional ? attributeBits.transactional : 0) |
    (isControl ? attributeBits.control : 0)
  );
}

function lastOffsetDelta(records: readonly RecordInput[]): number {
  return records.at(-1)?.offsetDelta ?? Math.max(0, records.length - 1);
}

function latest(records: readonly RecordInput[]): bigint {
  let max = NO_TIMESTAMP;
  for (const { timestamp } of records) if (timestamp > max) max = timestamp;
  return max;
}
