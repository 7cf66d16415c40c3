/**
 * Where the parts of a record batch of format 2 (KIP-98) begin. The checksum covers everything from the attributes
 * on.
 */
export const batchLayout = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** The batch length counts what follows itself. */
export const LENGTH_OVERHEAD = 12;

/** The bits of the attributes above the three that name the codec. */
export const attributeBits = {
  codec: 0b111,
  logAppendTime: 0b1000,
  transactional: 0b1_0000,
  control: 0b10_0000,
} as const;

/** Codec names by their number. */
export const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** How the records of a batch are compressed. */
export type Compression = (typeof compressions)[number];

/** Who set the time of the records: the producer, or the broker when it appended them. */
export type TimestampType = 'CreateTime' | 'LogAppendTime';
