import type { Bytes, Header } from '@eventstream/core';

/** The most bytes a varint of a length takes. */
const varintBytes = 5;
/** The most a record's fields before its key take: its length, attributes, time and offset as deltas. */
const prefixBytes = varintBytes + 1 + 10 + varintBytes;
const smallest = 1024;

/** Where a record's own bytes end, and when it happened. */
interface Mark {
  readonly end: number;
  readonly timestamp: number;
}

/** What of a record does not depend on the batch it travels in. */
export interface RecordParts {
  readonly key: Bytes;
  readonly value: Bytes;
  readonly headers: readonly Header[];
  readonly timestamp: number;
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

/** Divides instead of shifting: the distance of two times may need more than 32 bits. */
function writeVarint(into: Buffer, at: number, value: number): number {
  let [position, rest] = [at, value];
  for (; rest >= 0x80; position += 1) {
    into[position] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  into[position] = rest;
  return position + 1;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

function writeBytes(into: Buffer, at: number, bytes: Bytes): number {
  if (bytes === null) return writeVarint(into, at, zigzag(-1));
  const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.byteLength;
  const start = writeVarint(into, at, zigzag(length));
  if (typeof bytes === 'string') into.write(bytes, start, length);
  else into.set(bytes, start);
  return start + length;
}

/** Headers that every event of a contract shares: it makes them once and freezes them, so they are encoded once. */
const shared = new WeakMap<Header, Buffer>();

function sharedBytes(header: Header): Buffer | undefined {
  const known = shared.get(header);
  if (known !== undefined) return known;
  const [name, value] = header;
  if (!Object.isFrozen(header) || typeof value !== 'string') return undefined;
  const room = Buffer.alloc(Buffer.byteLength(name) + Buffer.byteLength(value) + 2 * varintBytes);
  const bytes = room.subarray(0, writeBytes(room, writeBytes(room, 0, name), value));
  shared.set(header, bytes);
  return bytes;
}

function writeHeader(into: Buffer, at: number, header: Header): number {
  const bytes = sharedBytes(header);
  if (bytes === undefined) return writeBytes(into, writeBytes(into, at, header[0]), header[1]);
  into.set(bytes, at);
  return at + bytes.byteLength;
}

/**
 * Records as they stand in a record batch v2 (Kafka's message format), encoded as they are appended, so that the caller may
 * reuse its bytes at once. What depends on the batch, the distances to its first time and offset, is written when it is sent.
 */
export class RecordBytes {
  #buffer: Buffer = Buffer.allocUnsafe(smallest);
  #used = 0;
  readonly #marks: Mark[] = [];

  /** Appends a record that takes `size` bytes at most. */
  add({ key, value, headers, timestamp }: RecordParts, size: number): void {
    this.#reserve(size);
    let end = writeBytes(this.#buffer, this.#used, key);
    end = writeBytes(this.#buffer, end, value);
    end = writeVarint(this.#buffer, end, zigzag(headers.length));
    for (const header of headers) end = writeHeader(this.#buffer, end, header);
    this.#used = end;
    this.#marks.push({ end, timestamp });
  }

  /** The earliest and the latest time of the records. */
  span(): readonly [earliest: number, latest: number] {
    let [earliest, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { timestamp } of this.#marks) {
      if (timestamp < earliest) earliest = timestamp;
      if (timestamp > latest) latest = timestamp;
    }
    return [earliest, latest];
  }

  /** All records as a batch holds them, whose first timestamp is `base`. */
  encode(base: number): Buffer {
    const into = Buffer.allocUnsafe(this.#used + this.#marks.length * prefixBytes);
    let [at, start] = [0, 0];
    this.#marks.forEach(({ end, timestamp }, index) => {
      const [time, offset] = [zigzag(timestamp - base), zigzag(index)];
      at = writeVarint(into, at, zigzag(1 + varintSize(time) + varintSize(offset) + end - start));
      into[at] = 0; // attributes: none are in use
      at = writeVarint(into, writeVarint(into, at + 1, time), offset);
      at += this.#buffer.copy(into, at, start, end);
      start = end;
    });
    return into.subarray(0, at);
  }

  /** The records from index `from` up to `to`, by themselves. */
  slice(from: number, to: number): RecordBytes {
    const part = new RecordBytes();
    const start = this.#marks[from - 1]?.end ?? 0;
    part.#buffer = Buffer.from(this.#buffer.subarray(start, this.#marks[to - 1]?.end ?? start));
    part.#used = part.#buffer.byteLength;
    for (const { end, timestamp } of this.#marks.slice(from, to)) part.#marks.push({ end: end - start, timestamp });
    return part;
  }

  #reserve(size: number): void {
    if (this.#used + size <= this.#buffer.byteLength) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.byteLength * 2, this.#used + size));
    this.#buffer.copy(grown, 0, 0, this.#used);
    this.#buffer = grown;
  }
}
