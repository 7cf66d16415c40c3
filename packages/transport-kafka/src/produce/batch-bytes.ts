import type { Bytes, Header } from '@eventstream/core';
import { batchLayout as at, crc32c } from '@eventstream/kafka-protocol';
import { sharedBytes } from './header-bytes.ts';
import { fieldSize, headersSize, type Lengths, lengthOf } from './record-size.ts';
import { writeText } from './text.ts';
import { varintSize, writeVarint, zigzag } from './varint.ts';

/** What a record batch takes before its first record. */
export const batchOverhead: number = at.records;

const transactionalBit = 0b1_0000;
/** Bytes shorter than this are copied by a loop: `set` has a price of its own. */
const loopLimit = 16;

/** What a batch says of its producer. */
export type Producer = {
  readonly id: bigint;
  readonly epoch: number;
  readonly sequence: number;
  readonly transactional: boolean;
};

/** Records that are not compressed and belong to nobody. */
export const anonymous: Producer = { id: -1n, epoch: -1, sequence: -1, transactional: false };

/** What {@link BatchBytes.seal} is told beside the producer. */
export type Packing = {
  /** The number of the codec; 0 for none. */
  readonly codec: number;
  readonly compress: (records: Uint8Array) => Uint8Array;
};

/**
 * A record batch that grows by appending: each record is encoded where it will be sent from, and nothing else is kept of it.
 * The header is written when the batch is sealed, and again when its producer changes.
 */
export class BatchBytes {
  #bytes: Buffer;
  #end: number = batchOverhead;
  #count = 0;
  #firstTimestamp = 0;
  #maxTimestamp = 0;
  #packed: Buffer | undefined;

  constructor(slab: Buffer) {
    this.#bytes = slab;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes so far, the header included, before compression. */
  get size(): number {
    return this.#end;
  }

  /** The memory the batch stands in, to be used again when it is settled. */
  get slab(): Buffer {
    return this.#bytes;
  }

  /** Makes room for `size` bytes, in larger memory if need be. */
  reserve(size: number): void {
    if (this.#end + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#end + size, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
  }

  /** Appends a record, for which room was made. */
  append(key: Bytes, value: Bytes, headers: readonly Header[], timestamp: number): void {
    if (this.#count === 0) {
      this.#firstTimestamp = timestamp;
      this.#maxTimestamp = timestamp;
    }
    const end =
      this.#write(key, value, headers, timestamp, 'ascii') ?? this.#write(key, value, headers, timestamp, 'exact');
    this.#end = end as number;
    this.#count += 1;
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
  }

  /** The whole batch, ready to be sent. Sealing again writes another producer into it. */
  seal(producer: Producer, packing?: Packing): Buffer {
    const bytes = this.#pack(packing);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    view.setBigInt64(at.baseOffset, 0n);
    view.setInt32(at.batchLength, bytes.length - 12);
    view.setInt32(at.partitionLeaderEpoch, -1);
    view.setInt8(at.magic, 2);
    view.setInt16(at.attributes, (packing?.codec ?? 0) | (producer.transactional ? transactionalBit : 0));
    view.setInt32(at.lastOffsetDelta, this.#count - 1);
    view.setBigInt64(at.baseTimestamp, BigInt(this.#firstTimestamp));
    view.setBigInt64(at.maxTimestamp, BigInt(this.#maxTimestamp));
    view.setBigInt64(at.producerId, producer.id);
    view.setInt16(at.producerEpoch, producer.epoch);
    view.setInt32(at.baseSequence, producer.sequence);
    view.setInt32(at.recordCount, this.#count);
    view.setUint32(at.crc, crc32c(bytes.subarray(at.attributes)));
    return bytes;
  }

  #pack(packing: Packing | undefined): Buffer {
    if (packing === undefined) return this.#bytes.subarray(0, this.#end);
    if (this.#packed === undefined) {
      const records = packing.compress(this.#bytes.subarray(batchOverhead, this.#end));
      this.#packed = Buffer.allocUnsafeSlow(batchOverhead + records.length);
      this.#packed.set(records, batchOverhead);
    }
    return this.#packed;
  }

  /** Gives the place behind the record, or nothing when text was not as long as `lengths` takes it to be. */
  #write(
    key: Bytes,
    value: Bytes,
    headers: readonly Header[],
    timestamp: number,
    lengths: Lengths,
  ): number | undefined {
    const bytes = this.#bytes;
    const time = zigzag(timestamp - this.#firstTimestamp);
    const offset = this.#count * 2;
    const body =
      1 +
      varintSize(time) +
      varintSize(offset) +
      fieldSize(key, lengths) +
      fieldSize(value, lengths) +
      headersSize(headers, lengths);
    let place = writeVarint(bytes, this.#end, body * 2);
    const end = place + body;
    bytes[place] = 0; // attributes: none are in use
    place = writeVarint(bytes, writeVarint(bytes, place + 1, time), offset);
    place = writeField(bytes, place, key, lengths);
    if (place >= 0) place = writeField(bytes, place, value, lengths);
    if (place < 0) return undefined;
    place = writeVarint(bytes, place, headers.length * 2);
    for (const header of headers) {
      place = writeHeader(bytes, place, header, lengths);
      if (place < 0) return undefined;
    }
    return end;
  }
}

function writeHeader(bytes: Buffer, start: number, header: Header, lengths: Lengths): number {
  const encoded = sharedBytes(header);
  if (encoded !== undefined) {
    bytes.set(encoded, start);
    return start + encoded.length;
  }
  const place = writeField(bytes, start, header[0], lengths);
  return place < 0 ? place : writeField(bytes, place, header[1], lengths);
}

/** Gives the place behind the field, or -1 when its text is not as long as `lengths` takes it to be. */
function writeField(bytes: Buffer, start: number, field: Bytes, lengths: Lengths): number {
  if (field === null) {
    bytes[start] = 1;
    return start + 1;
  }
  const length = lengthOf(field, lengths);
  const place = writeVarint(bytes, start, length * 2);
  if (typeof field === 'string') return writeText(bytes, place, field) === length ? place + length : -1;
  if (length >= loopLimit) bytes.set(field, place);
  else for (let index = 0; index < length; index += 1) bytes[place + index] = field[index] as number;
  return place + length;
}
