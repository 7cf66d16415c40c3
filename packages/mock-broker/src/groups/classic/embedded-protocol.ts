/** Partitions by topic name, as the consumer's embedded protocol has them. */
export type NamedPartitions = { readonly topic: string; readonly partitions: readonly number[] };

/** What a consumer puts into JoinGroup. */
export type Subscription = {
  readonly version: number;
  readonly topics: readonly string[];
  readonly ownedPartitions: readonly NamedPartitions[];
  readonly rackId: string | null;
};

const OWNED_SINCE = 1;
const GENERATION_SINCE = 2;
const RACK_SINCE = 3;

/** Reads the subscription of protocol type "consumer"; `undefined` when the bytes are none. */
export function readSubscription(bytes: Uint8Array): Subscription | undefined {
  const reader = new Cursor(bytes);
  try {
    const version = reader.int16();
    const topics = reader.list(() => reader.string() ?? '');
    reader.skipBytes();
    const ownedPartitions = version >= OWNED_SINCE ? reader.list(() => readNamed(reader)) : [];
    if (version >= GENERATION_SINCE) reader.int32();
    return { version, topics, ownedPartitions, rackId: version >= RACK_SINCE ? reader.string() : null };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Reads an assignment of protocol type "consumer"; `undefined` when the bytes are none. */
export function readAssignment(bytes: Uint8Array): NamedPartitions[] | undefined {
  const reader = new Cursor(bytes);
  try {
    reader.int16();
    return reader.list(() => readNamed(reader));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Writes an assignment as consumers read it, in a version they know. */
export function writeAssignment(version: number, topics: readonly NamedPartitions[]): Uint8Array {
  const parts = topics.flatMap(({ topic, partitions }) => {
    const name = Buffer.from(topic);
    return [int16(name.byteLength), name, int32(partitions.length), ...partitions.map(int32)];
  });
  return Buffer.concat([int16(version), int32(topics.length), ...parts, int32(-1)]);
}

function readNamed(reader: Cursor): NamedPartitions {
  return { topic: reader.string() ?? '', partitions: reader.list(() => reader.int32()) };
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** Throws a RangeError where the bytes end too early. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  string(): string | null {
    const size = this.int16();
    if (size < 0) return null;
    this.#at += size;
    if (this.#at > this.#bytes.byteLength) throw new RangeError('cut off');
    return this.#bytes.toString('utf8', this.#at - size, this.#at);
  }

  skipBytes(): void {
    this.#at += Math.max(0, this.int32());
  }

  list<Element>(read: () => Element): Element[] {
    const size = this.int32();
    if (size > this.#bytes.byteLength) throw new RangeError('longer than the bytes');
    return Array.from({ length: Math.max(0, size) }, read);
  }
}
