import type { Bytes, Header, RecordView } from '../transport.ts';

const utf8 = new TextEncoder();

function sizeOf(value: Bytes): number {
  if (value === null) return 0;
  // Three bytes a UTF-16 unit is the most UTF-8 needs: one reservation, one write, no second pass.
  return typeof value === 'string' ? value.length * 3 : value.length;
}

/** Bytes are written where they will be read: one slab takes record after record, as a driver that encodes at append does. */
class Slab {
  #bytes = new Uint8Array(64 * 1024);
  #used = 0;

  write(value: Bytes): Uint8Array | null {
    if (value === null) return null;
    const size = sizeOf(value);
    if (this.#used + size > this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.max(64 * 1024, size));
      this.#used = 0;
    }
    const start = this.#used;
    if (typeof value === 'string') this.#used += utf8.encodeInto(value, this.#bytes.subarray(start)).written;
    else {
      this.#bytes.set(value, start);
      this.#used += value.length;
    }
    return this.#bytes.subarray(start, this.#used);
  }
}

class StoredRecord implements RecordView {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: RecordView['headers'];

  constructor(record: Omit<RecordView, 'copy'>) {
    this.offset = record.offset;
    this.timestamp = record.timestamp;
    this.key = record.key;
    this.value = record.value;
    this.headers = record.headers;
  }

  copy(): RecordView {
    return new StoredRecord({
      offset: this.offset,
      timestamp: this.timestamp,
      key: this.key?.slice() ?? null,
      value: this.value?.slice() ?? null,
      headers: this.headers.map(([name, value]) => [name, value?.slice() ?? null] as const),
    });
  }
}

/** What is appended to a partition. */
export interface MemoryAppend {
  readonly key: Bytes;
  readonly value: Bytes;
  readonly headers: readonly Header[];
  readonly timestamp: number;
}

/** One partition in memory: an offset is a position in the list. */
export class MemoryLog {
  readonly records: RecordView[] = [];
  readonly #slab = new Slab();

  append({ key, value, headers, timestamp }: MemoryAppend): number {
    const offset = this.records.length;
    this.records.push(
      new StoredRecord({
        offset,
        timestamp,
        key: this.#slab.write(key),
        value: this.#slab.write(value),
        headers: headers.map(([name, part]) => [name, this.#slab.write(part)] as const),
      }),
    );
    return offset;
  }
}
