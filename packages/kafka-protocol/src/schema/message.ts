import { Reader } from '../primitives/reader.ts';
import { Writer } from '../primitives/writer.ts';
import { ProtocolError } from '../protocol-error.ts';
import { compileDecode, type Decode } from './decode.ts';
import { compileEncode, type Encode } from './encode.ts';
import type { Fields } from './infer.ts';
import type { Edition } from './layout.ts';
import { spans, type VersionSpan } from './version-range.ts';

/** What a message is called and which versions it has. */
export interface MessageHead {
  /** `Fetch request`, for errors. */
  readonly name: string;
  readonly versions: VersionSpan;
  readonly flexible: VersionSpan;
}

interface Codec {
  readonly decode: Decode;
  readonly encode: Encode;
}

/** One message in all its versions. Its codec for a version is compiled when that version is first seen. */
export class Message<Inner extends Fields = Fields> {
  readonly head: MessageHead;
  readonly fields: Inner;
  readonly #codecs = new Map<number, Codec>();

  constructor(head: MessageHead, fields: Inner) {
    this.head = head;
    this.fields = fields;
  }

  /** Reads the message and leaves the reader behind it. */
  read(version: number, reader: Reader): unknown {
    return this.#codec(version).decode(reader);
  }

  /** Appends the message. */
  write(version: number, writer: Writer, value: unknown): void {
    this.#codec(version).encode(writer, value);
  }

  decode(version: number, body: Uint8Array): unknown {
    return this.read(version, new Reader(body));
  }

  encode(version: number, value: unknown): Uint8Array {
    const writer = new Writer();
    this.write(version, writer, value);
    return writer.finish();
  }

  /** Whether this version has compact lengths and tagged fields. */
  isFlexible(version: number): boolean {
    return spans(this.head.flexible, version);
  }

  #codec(version: number): Codec {
    const known = this.#codecs.get(version);
    if (known !== undefined) return known;
    const { name, versions } = this.head;
    if (!Number.isInteger(version) || !spans(versions, version)) {
      throw new ProtocolError(
        'unsupported_version',
        `${name} has versions ${versions.from} to ${versions.to}, not ${version}`,
      );
    }
    const edition: Edition = { version, flexible: this.isFlexible(version) };
    const codec = { decode: compileDecode(this.fields, edition), encode: compileEncode(this.fields, edition) };
    this.#codecs.set(version, codec);
    return codec;
  }
}
