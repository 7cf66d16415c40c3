import type { RecordView } from '@eventstream/core';
import { Cursor } from './cursor.ts';

type HeaderPair = readonly [name: string, value: Uint8Array | null];

/** Where a record's parts lie in the bytes it was fetched in. A length of -1 is null. */
export type RecordPlace = {
  readonly keyAt: number;
  readonly keyLength: number;
  readonly valueAt: number;
  readonly valueLength: number;
  readonly headersAt: number;
  readonly end: number;
};

const none: readonly HeaderPair[] = [];

/** A record that finds its parts when they are asked for. It keeps the fetched bytes alive. */
export class KafkaRecordView implements RecordView {
  readonly offset: number;
  readonly timestamp: number;
  readonly #bytes: Uint8Array;
  readonly #place: RecordPlace;
  #headers: readonly HeaderPair[] | undefined;

  constructor(offset: number, timestamp: number, bytes: Uint8Array, place: RecordPlace) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.#bytes = bytes;
    this.#place = place;
  }

  get key(): Uint8Array | null {
    const { keyAt, keyLength } = this.#place;
    return keyLength < 0 ? null : this.#bytes.subarray(keyAt, keyAt + keyLength);
  }

  get value(): Uint8Array | null {
    const { valueAt, valueLength } = this.#place;
    return valueLength < 0 ? null : this.#bytes.subarray(valueAt, valueAt + valueLength);
  }

  get headers(): readonly HeaderPair[] {
    this.#headers ??= readHeaders(this.#bytes, this.#place);
    return this.#headers;
  }

  copy(): RecordView {
    const { keyAt, keyLength, valueAt, valueLength, headersAt, end } = this.#place;
    const bytes = this.#bytes.slice(keyAt, end);
    return new KafkaRecordView(this.offset, this.timestamp, bytes, {
      keyAt: 0,
      keyLength,
      valueAt: valueAt - keyAt,
      valueLength,
      headersAt: headersAt - keyAt,
      end: end - keyAt,
    });
  }
}

function readHeaders(bytes: Uint8Array, { headersAt, end }: RecordPlace): readonly HeaderPair[] {
  const cursor = new Cursor(bytes, headersAt, end);
  const count = cursor.varint();
  if (count <= 0) return none;
  const headers: HeaderPair[] = [];
  for (let index = 0; index < count; index += 1) {
    headers.push([cursor.text(cursor.varint()), cursor.take(cursor.varint())]);
  }
  return headers;
}
