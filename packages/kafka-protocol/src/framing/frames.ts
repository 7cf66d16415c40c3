import { apiByKey } from '../api-registry.ts';
import { Reader } from '../primitives/reader.ts';
import { Writer } from '../primitives/writer.ts';
import type { AnyApi, RequestInput, ResponseInput, ResponseOf } from '../schema/api.ts';
import {
  peekRequest,
  readRequestHeader,
  readResponseHeader,
  requestHeaderVersion,
  responseHeaderVersion,
  writeRequestHeader,
  writeResponseHeader,
} from './headers.ts';

const PREFIX = 4;

/** A request whose header is read and whose body is not. */
export interface RequestFrame {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** Undefined for a key this package does not know; the body then begins after a header of version 1. */
  readonly api: AnyApi | undefined;
  readonly body: Uint8Array;
}

/**
 * The header of a request frame (without size prefix) and its body as a view.
 *
 * The version may lie outside the API's range: an ApiVersions request of the future must still be answered (KIP-511).
 *
 * @throws ProtocolError `truncated`, `malformed`
 */
export function parseRequestFrame(frame: Uint8Array): RequestFrame {
  const { apiKey, apiVersion } = peekRequest(frame);
  const api = apiByKey(apiKey);
  const reader = new Reader(frame);
  const { correlationId, clientId } = readRequestHeader(api ? requestHeaderVersion(api, apiVersion) : 1, reader);
  return { apiKey, apiVersion, correlationId, clientId, api, body: frame.subarray(reader.offset) };
}

/** What a request frame says besides its body. */
export interface RequestAddress {
  readonly version: number;
  /** Comes back in the response; the only thing that ties the two together. */
  readonly correlationId: number;
  /** The name under which brokers log, meter and limit the client. */
  readonly clientId: string | null;
}

/** A whole request with size prefix and header, ready for a socket. @throws ProtocolError as encodeRequest */
export function encodeRequestFrame<Of extends AnyApi>(
  api: Of,
  address: RequestAddress,
  request: RequestInput<Of>,
): Uint8Array {
  return requestWriter(api, address, request).finish();
}

/**
 * The same as {@link encodeRequestFrame} in parts, to be written one behind another: large `records` are among them as they
 * were given and must not change until they are written.
 *
 * @throws ProtocolError as encodeRequest
 */
export function encodeRequestParts<Of extends AnyApi>(
  api: Of,
  address: RequestAddress,
  request: RequestInput<Of>,
): Uint8Array[] {
  return requestWriter(api, address, request).finishParts();
}

function requestWriter<Of extends AnyApi>(
  api: Of,
  { version, correlationId, clientId }: RequestAddress,
  request: RequestInput<Of>,
): Writer {
  const header = { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId };
  return sized((writer) => {
    writeRequestHeader(requestHeaderVersion(api, version), writer, header);
    api.request.write(version, writer, request);
  });
}

/** Which request a response answers. */
export interface ResponseAddress {
  readonly version: number;
  readonly correlationId: number;
}

/** A whole response with size prefix and header, ready for a socket. @throws ProtocolError as encodeResponse */
export function encodeResponseFrame<Of extends AnyApi>(
  api: Of,
  { version, correlationId }: ResponseAddress,
  response: ResponseInput<Of>,
): Uint8Array {
  const writer = sized((answer) => {
    writeResponseHeader(responseHeaderVersion(api, version), answer, correlationId);
    api.response.write(version, answer, response);
  });
  return writer.finish();
}

/**
 * A response frame (without size prefix) read with the API and version of its request.
 *
 * @throws ProtocolError as decodeResponse
 */
export function decodeResponseFrame<Of extends AnyApi>(
  api: Of,
  version: number,
  frame: Uint8Array,
): { readonly correlationId: number; readonly response: ResponseOf<Of> } {
  const reader = new Reader(frame);
  const correlationId = readResponseHeader(responseHeaderVersion(api, version), reader);
  return { correlationId, response: api.response.read(version, reader) as ResponseOf<Of> };
}

function sized(write: (writer: Writer) => void): Writer {
  const writer = new Writer(512);
  writer.int32(0);
  write(writer);
  writer.patchInt32(0, writer.size - PREFIX);
  return writer;
}
