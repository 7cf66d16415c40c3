import { Reader } from '../primitives/reader.ts';
import { ProtocolError } from '../protocol-error.ts';

/** A header of a record. Keys may repeat. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** One record: a view into its batch, whose bytes it keeps alive. */
export interface KafkaRecord {
  readonly offset: bigint;
  /** Milliseconds since 1970; -1 for none. */
  readonly timestamp: bigint;
  readonly key: Uint8Array | null;
  /** Null is a tombstone in compacted topics. */
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** What a record's deltas are relative to. */
export interface RecordBase {
  readonly offset: bigint;
  readonly timestamp: bigint;
  /** The one time of all records when the broker set it. */
  readonly appendTime: bigint | undefined;
}

interface Place {
  readonly start: number;
  readonly length: number;
}

/** The shortest key and value a header may have: two lengths. */
const SMALLEST_HEADER = 2;

/** Finds the parts of a record at once and makes values of them only when they are asked for. */
class RecordView implements KafkaRecord {
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly #bytes: Uint8Array;
  readonly #key: Place;
  readonly #value: Place;
  readonly #headers: Place;
  #decodedHeaders: readonly RecordHeader[] | undefined;

  constructor(reader: Reader, base: RecordBase) {
    const length = reader.varint();
    if (length < 0) throw new ProtocolError('malformed', `a record of ${length} bytes`);
    const end = reader.offset + length;
    reader.int8(); // attributes, of which none is defined yet
    const timestampDelta = reader.varlong();
    const offsetDelta = reader.varint();
    this.#bytes = reader.bytes;
    this.offset = base.offset + BigInt(offsetDelta);
    this.timestamp = base.appendTime ?? base.timestamp + timestampDelta;
    this.#key = place(reader);
    this.#value = place(reader);
    this.#headers = { start: reader.offset, length: end - reader.offset };
    if (this.#headers.length < 0) throw new ProtocolError('malformed', `a record is longer than its ${length} bytes`);
    reader.take(this.#headers.length);
  }

  get key(): Uint8Array | null {
    return this.#view(this.#key);
  }

  get value(): Uint8Array | null {
    return this.#view(this.#value);
  }

  get headers(): readonly RecordHeader[] {
    this.#decodedHeaders ??= decodeHeaders(this.#bytes, this.#headers);
    return this.#decodedHeaders;
  }

  #view({ start, length }: Place): Uint8Array | null {
    return length < 0 ? null : this.#bytes.subarray(start, start + length);
  }
}

/** Reads the record the reader stands at, and moves behind it. */
export function readRecord(reader: Reader, base: RecordBase): KafkaRecord {
  return new RecordView(reader, base);
}

function place(reader: Reader): Place {
  const length = reader.varint();
  return { start: length < 0 ? reader.offset : reader.take(length), length };
}

function decodeHeaders(bytes: Uint8Array, { start, length }: Place): readonly RecordHeader[] {
  const reader = new Reader(bytes, start, start + length);
  const count = reader.varint();
  if (count < 0 || count > reader.remaining / SMALLEST_HEADER) {
    throw new ProtocolError('malformed', `${count} headers are announced in ${reader.remaining} bytes`);
  }
  const headers: RecordHeader[] = [];
  for (let index = 0; index < count; index++) headers.push(decodeHeader(reader));
  return headers;
}

function decodeHeader(reader: Reader): RecordHeader {
  const keyLength = reader.varint();
  if (keyLength < 0) throw new ProtocolError('unexpected_null', 'a header has no key');
  const key = reader.text(keyLength);
  const valueLength = reader.varint();
  return { key, value: valueLength < 0 ? null : reader.slice(valueLength) };
}
