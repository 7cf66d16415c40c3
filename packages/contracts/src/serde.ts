import { EventstreamError } from '@eventstream/core';

/** Turns data into the bytes of a record's value and back. */
export interface Serde {
  /** The `content-type` header and `datacontenttype` attribute. */
  readonly contentType: string;
  serialize(data: unknown): string | Uint8Array;
  /** Throws `envelope-invalid` when the bytes are not of this form. */
  deserialize(bytes: Uint8Array): unknown;
}

// Fatal: bytes that are not UTF-8 are refused rather than silently replaced.
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text of UTF-8 bytes. Throws `envelope-invalid`, naming `what`, for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const reason = `${what} is not valid UTF-8`;
    throw new EventstreamError('envelope-invalid', {
      message: `The record's ${reason}. Look at who produced it.`,
      facts: { reason },
      cause,
    });
  }
}

/** JSON as UTF-8. */
export const jsonSerde: Serde = {
  contentType: 'application/json',
  serialize: (data) => JSON.stringify(data),
  deserialize(bytes) {
    const text = decodeUtf8(bytes, 'value');
    try {
      return JSON.parse(text);
    } catch (cause) {
      const reason = 'value is not JSON';
      throw new EventstreamError('envelope-invalid', {
        message: `The record's ${reason}. Look at who produced it.`,
        facts: { reason },
        cause,
      });
    }
  },
};
