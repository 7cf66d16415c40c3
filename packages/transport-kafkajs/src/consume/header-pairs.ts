import type { IHeaders } from 'kafkajs';

/** A header as it stands in the record. */
export type HeaderPair = readonly [name: string, value: Uint8Array | null];

const indexLike = /^\d+$/;

/** Reads the zigzag varints and bytes of a record from where it stands in the fetched buffer. */
class RecordReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  bytes(): Uint8Array | null {
    const length = this.varint();
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/** A record's headers follow its value, and its value follows its key. Source: Kafka's message format, record. */
function readBehind({
  key,
  value,
}: {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}): HeaderPair[] {
  const before = value ?? key;
  if (before === null) return [];
  const reader = new RecordReader(new Uint8Array(before.buffer).subarray(before.byteOffset + before.byteLength));
  if (value === null) reader.bytes();
  const count = reader.varint();
  const pairs: HeaderPair[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = reader.bytes();
    if (name === null) return [];
    pairs.push([Buffer.from(name).toString(), reader.bytes()]);
  }
  return pairs;
}

/** What kafkajs makes an object of in a way that cannot be undone: repeated names, array indexes, names every object has. */
function isMangled(name: string, value: IHeaders[string]): boolean {
  return Array.isArray(value) || indexLike.test(name) || name in Object.prototype;
}

/**
 * The headers of a record, in their order. kafkajs makes an object of them, which puts repeated names together and names like
 * `1` first, and takes one called `constructor` for repeated; in those cases they are read once more, from behind the value
 * they follow in the fetched buffer.
 */
export function headerPairs(
  headers: IHeaders = {},
  record: { readonly key: Uint8Array | null; readonly value: Uint8Array | null },
): readonly HeaderPair[] {
  const entries = Object.entries(headers);
  if (entries.some(([name, value]) => isMangled(name, value))) {
    const ordered = readBehind(record);
    if (ordered.length > 0 && ordered.every(([name]) => Object.hasOwn(headers, name))) return ordered;
  }
  return entries.flatMap(([name, value]): HeaderPair[] => {
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap((one): HeaderPair[] => {
      if (typeof one === 'string') return [[name, Buffer.from(one)]];
      return one == null || one instanceof Uint8Array ? [[name, one ?? null]] : [];
    });
  });
}
