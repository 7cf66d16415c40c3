import type { RecordView } from '@eventstream/core';
import { Cursor } from './cursor.ts';

type HeaderPair = readonly [name: string, value: Uint8Array | null];

const none: readonly HeaderPair[] = [];

/**
 * A record that finds its parts when they are asked for. It keeps the fetched bytes alive. Its place is two numbers and not an
 * object of its own: memory is what a record costs.
 */
export class KafkaRecordView implements RecordView {
  readonly offset: number;
  readonly timestamp: number;
  readonly #bytes: Uint8Array;
  readonly #at: number;
  readonly #end: number;

  /** From the length of its key, at `at`, up to `end` lies what was found to be a whole record. */
  constructor(offset: number, timestamp: number, bytes: Uint8Array, at: number, end: number) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  get key(): Uint8Array | null {
    const cursor = this.#cursor();
    return cursor.take(cursor.varint());
  }

  get value(): Uint8Array | null {
    const cursor = this.#cursor();
    cursor.skip(cursor.varint());
    return cursor.take(cursor.varint());
  }

  /** Found anew each time: kept, they would live as long as the whole fetch, and the collector would carry them around. */
  get headers(): readonly HeaderPair[] {
    return readHeaders(this.#cursor());
  }

  copy(): RecordView {
    const bytes = this.#bytes.slice(this.#at, this.#end);
    return new KafkaRecordView(this.offset, this.timestamp, bytes, 0, bytes.length);
  }

  #cursor(): Cursor {
    return new Cursor(this.#bytes, this.#at, this.#end);
  }
}

function readHeaders(cursor: Cursor): readonly HeaderPair[] {
  cursor.skip(cursor.varint());
  cursor.skip(cursor.varint());
  const count = cursor.varint();
  if (count <= 0) return none;
  const headers: HeaderPair[] = [];
  for (let index = 0; index < count; index += 1) {
    headers.push([cursor.text(cursor.varint()), cursor.take(cursor.varint())]);
  }
  return headers;
}
