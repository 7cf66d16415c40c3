/**
 * Why bytes could not be read or a value could not be written. Closed: a new reason is a new member here.
 *
 * - `truncated`: the input ends inside a value, or announces more elements than it has bytes for
 * - `malformed`: a length, marker, varint or checksum that no writer would produce
 * - `too_large`: a frame, string, array or decompressed batch above its bound
 * - `unexpected_null`: null where this version has no null
 * - `missing_field`: a field without a default was not given
 * - `invalid_value`: a value of the wrong type or outside the range of its wire type
 * - `field_not_in_version`: a value that this version cannot carry and that must not be lost silently
 * - `unsupported_version`: the version lies outside what the API declares
 * - `unknown_api`: no API has this key or name
 * - `unsupported_magic`: a record batch older than format 2 (Kafka 0.11)
 * - `unsupported_codec`: the batch is compressed with a codec that was not passed in
 */
export type ProtocolErrorCode =
  | 'truncated'
  | 'malformed'
  | 'too_large'
  | 'unexpected_null'
  | 'missing_field'
  | 'invalid_value'
  | 'field_not_in_version'
  | 'unsupported_version'
  | 'unknown_api'
  | 'unsupported_magic'
  | 'unsupported_codec';

const brand = Symbol.for('@eventstream/kafka-protocol/ProtocolError');

/** The facts about a failure besides its code. */
export interface ProtocolErrorFacts {
  /** Where in the message: `topics[].partitions[].records`. Empty when the failure has no field. */
  readonly path?: string;
  readonly cause?: unknown;
}

/**
 * The one error this package throws. Input from a peer never causes another one, however hostile it is.
 *
 * @example
 * try {
 *   decodeRequest(messages.heartbeat, 0, Uint8Array.of(0, 9));
 * } catch (error) {
 *   if (!isProtocolError(error)) throw error;
 *   console.log(error.code, error.message); // truncated groupId: 9 bytes are needed at offset 2, 0 are left
 * }
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  readonly path: string;
  /** Never: the same bytes fail the same way again. */
  readonly retriable = false;
  /** The message without the path, so that an outer field can put itself in front. */
  readonly reason: string;
  readonly [brand] = true;

  constructor(code: ProtocolErrorCode, reason: string, facts: ProtocolErrorFacts = {}) {
    const path = facts.path ?? '';
    super(path === '' ? reason : `${path}: ${reason}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.reason = reason;
    this.path = path;
  }
}

/** Whether a caught value is a {@link ProtocolError}, also one of another copy of this package. */
export function isProtocolError(error: unknown): error is ProtocolError {
  return typeof error === 'object' && error !== null && brand in error;
}

/** The same error one field further out; anything else passes unchanged, since it is a defect and not bad input. */
export function locate(error: unknown, field: string): unknown {
  if (!(error instanceof ProtocolError)) return error;
  const inner = error.path;
  const path = inner === '' ? field : inner.startsWith('[') ? `${field}${inner}` : `${field}.${inner}`;
  return new ProtocolError(error.code, error.reason, { path, cause: error.cause });
}
