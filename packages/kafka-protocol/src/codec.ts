import type { AnyApi, RequestInput, RequestOf, ResponseInput, ResponseOf } from './schema/api.ts';

/**
 * The bytes of a request, without header or size.
 *
 * @throws ProtocolError `unsupported_version`, `missing_field`, `invalid_value`, `unexpected_null`, `too_large`,
 * `field_not_in_version`
 * @example
 * const body = encodeRequest(messages.metadata, 12, { topics: null });
 */
export function encodeRequest<Of extends AnyApi>(api: Of, version: number, request: RequestInput<Of>): Uint8Array {
  return api.request.encode(version, request);
}

/**
 * A request from its bytes. Bytes after it are ignored, as brokers do. `bytes` and `records` fields are views into
 * `body`.
 *
 * @throws ProtocolError `unsupported_version`, `truncated`, `malformed`, `unexpected_null`
 */
export function decodeRequest<Of extends AnyApi>(api: Of, version: number, body: Uint8Array): RequestOf<Of> {
  return api.request.decode(version, body) as RequestOf<Of>;
}

/**
 * The bytes of a response, without header or size.
 *
 * @throws ProtocolError as {@link encodeRequest}
 */
export function encodeResponse<Of extends AnyApi>(api: Of, version: number, response: ResponseInput<Of>): Uint8Array {
  return api.response.encode(version, response);
}

/**
 * A response from its bytes. `bytes` and `records` fields are views into `body`.
 *
 * @throws ProtocolError as {@link decodeRequest}
 */
export function decodeResponse<Of extends AnyApi>(api: Of, version: number, body: Uint8Array): ResponseOf<Of> {
  return api.response.decode(version, body) as ResponseOf<Of>;
}
