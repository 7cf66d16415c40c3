import { Reader } from '../primitives/reader.ts';
import { ProtocolError } from '../protocol-error.ts';
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
import { type KafkaRecord, readRecord } from './record.ts';
import { addToSequence } from './sequence.ts';

/** A record of no key, no value and no headers: seven numbers of a byte each. */
const SMALLEST_RECORD = 7;

/**
 * One record batch of format 2: a view over its bytes, which are read when asked for.
 *
 * The checksum is not verified unless `checksumMatches()` is called: who only passes batches on should not pay for it.
 *
 * @example
 * const records = encodeBatch({ records: [{ value: 'hello', timestamp: 0n }], baseOffset: 7n });
 * for (const batch of readBatches(records)) {
 *   if (batch.isControl) continue;
 *   for (const { offset, value } of batch.records()) console.log(offset, value); // 7n Uint8Array(5)
 * }
 */
export class RecordBatch {
  /** The whole batch, header included. */
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  /** @throws ProtocolError `truncated`, `malformed`, `unsupported_magic`, unless the bytes are one whole batch */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length > at.magic && this.magic !== 2) throw unsupportedMagic(this.magic);
    if (bytes.length < at.records) throw new ProtocolError('truncated', `${bytes.length} bytes hold no batch header`);
    const length = this.#view.getInt32(at.batchLength);
    if (length + LENGTH_OVERHEAD !== bytes.length) {
      throw new ProtocolError(
        'malformed',
        `the batch says it has ${length + LENGTH_OVERHEAD} bytes and has ${bytes.length}`,
      );
    }
  }

  get sizeInBytes(): number {
    return this.bytes.length;
  }

  get baseOffset(): bigint {
    return this.#view.getBigInt64(at.baseOffset);
  }

  get lastOffsetDelta(): number {
    return this.#view.getInt32(at.lastOffsetDelta);
  }

  /** The last offset the batch stands for, even where compaction has taken that record away. */
  get lastOffset(): bigint {
    return this.baseOffset + BigInt(this.lastOffsetDelta);
  }

  /** Where the batch behind this one begins. */
  get nextOffset(): bigint {
    return this.lastOffset + 1n;
  }

  get partitionLeaderEpoch(): number {
    return this.#view.getInt32(at.partitionLeaderEpoch);
  }

  get magic(): number {
    return this.#view.getInt8(at.magic);
  }

  /** The checksum the batch states, unsigned. */
  get crc(): number {
    return this.#view.getUint32(at.crc);
  }

  /** @throws ProtocolError `unsupported_codec` for a codec number that Kafka has not given out */
  get compression(): Compression {
    const id = this.#attributes & attributeBits.codec;
    const name = compressions[id];
    if (name === undefined) throw new ProtocolError('unsupported_codec', `Kafka has no compression codec ${id}`);
    return name;
  }

  get timestampType(): TimestampType {
    return this.#attributes & attributeBits.logAppendTime ? 'LogAppendTime' : 'CreateTime';
  }

  get isTransactional(): boolean {
    return (this.#attributes & attributeBits.transactional) !== 0;
  }

  /** A control batch holds transaction markers and no data. */
  get isControl(): boolean {
    return (this.#attributes & attributeBits.control) !== 0;
  }

  get baseTimestamp(): bigint {
    return this.#view.getBigInt64(at.baseTimestamp);
  }

  get maxTimestamp(): bigint {
    return this.#view.getBigInt64(at.maxTimestamp);
  }

  /** -1 when the producer is not idempotent. */
  get producerId(): bigint {
    return this.#view.getBigInt64(at.producerId);
  }

  get producerEpoch(): number {
    return this.#view.getInt16(at.producerEpoch);
  }

  /** The sequence number of the first record; -1 when there is none. */
  get baseSequence(): number {
    return this.#view.getInt32(at.baseSequence);
  }

  /** The sequence number of the last record. Sequences wrap from 2147483647 to 0. */
  get lastSequence(): number {
    return this.baseSequence < 0 ? this.baseSequence : addToSequence(this.baseSequence, this.lastOffsetDelta);
  }

  /** How many records the batch says it holds. */
  get recordCount(): number {
    return this.#view.getInt32(at.recordCount);
  }

  /** Whether the bytes still are what the producer, or the broker that stamped them, wrote. */
  checksumMatches(): boolean {
    return crc32c(this.bytes.subarray(at.attributes)) === this.crc;
  }

  /**
   * The bytes of the records: a view into the batch, or what its codec makes of them.
   *
   * @throws ProtocolError `unsupported_codec`, `malformed`
   */
  recordBytes(codecs: Codecs = {}): Uint8Array {
    const { compression } = this;
    return transcode(this.bytes.subarray(at.records), { compression, codecs, direction: 'decompress' });
  }

  /**
   * The records as views, one after another; a compressed batch is decompressed first, wholly.
   *
   * @throws ProtocolError `unsupported_codec`, `malformed`, `truncated`
   */
  *records(codecs: Codecs = {}): Generator<KafkaRecord, void, undefined> {
    const bytes = this.recordBytes(codecs);
    const count = this.recordCount;
    if (count < 0 || count > bytes.length / SMALLEST_RECORD) {
      throw new ProtocolError('malformed', `${count} records are announced in ${bytes.length} bytes`);
    }
    const appendTime = this.timestampType === 'LogAppendTime' ? this.maxTimestamp : undefined;
    const base = { offset: this.baseOffset, timestamp: this.baseTimestamp, appendTime };
    const reader = new Reader(bytes);
    for (let index = 0; index < count; index++) yield readRecord(reader, base);
    if (reader.remaining > 0) throw new ProtocolError('malformed', `${reader.remaining} bytes follow the last record`);
  }

  get #attributes(): number {
    return this.#view.getInt16(at.attributes);
  }
}

/**
 * The batches in a `records` field, one after another.
 *
 * A cut-off last batch ends the iteration without an error: a Fetch response may end so (KIP-74). Who must not accept
 * that, as a
 * broker in Produce, compares the sum of `sizeInBytes` with the length of the field.
 *
 * @throws ProtocolError `malformed`, `unsupported_magic`
 */
export function* readBatches(records: Uint8Array): Generator<RecordBatch, void, undefined> {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let start = 0;
  while (records.length - start > at.magic) {
    const magic = view.getInt8(start + at.magic);
    if (magic !== 2) throw unsupportedMagic(magic);
    const size = view.getInt32(start + at.batchLength) + LENGTH_OVERHEAD;
    if (size < at.records)
      throw new ProtocolError('malformed', `a batch of ${size} bytes, its header alone has ${at.records}`);
    if (size > records.length - start) return;
    yield new RecordBatch(records.subarray(start, start + size));
    start += size;
  }
}

function unsupportedMagic(magic: number): ProtocolError {
  return new ProtocolError(
    'unsupported_magic',
    `record format ${magic}; only format 2, of Kafka 0.11 and later, can be read`,
  );
}
