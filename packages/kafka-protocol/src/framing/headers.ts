import { Reader } from '../primitives/reader.ts';
import type { Writer } from '../primitives/writer.ts';
import type { AnyApi } from '../schema/api.ts';
import { int16, int32, string } from '../schema/field.ts';
import type { InputOf, ValueOf } from '../schema/infer.ts';
import { Message } from '../schema/message.ts';
import { parseRange } from '../schema/version-range.ts';

/**
 * v1 adds the client id; v2 adds tagged fields, but the client id keeps its old length so that v1 readers still find
 * it.
 */
const requestHeader = new Message(
  { name: 'request header', versions: parseRange('0-2'), flexible: parseRange('2+') },
  {
    requestApiKey: int16(),
    requestApiVersion: int16(),
    correlationId: int32(),
    clientId: string({ versions: '1+', nullable: '1+', default: null, ignorable: true, compact: false }),
  },
);

const responseHeader = new Message(
  { name: 'response header', versions: parseRange('0-1'), flexible: parseRange('1+') },
  { correlationId: int32() },
);

/** A request header, decoded. */
export type RequestHeader = ValueOf<typeof requestHeader.fields>;

/** Which header a request of this API version has: 2 when flexible, else 1. */
export function requestHeaderVersion(api: AnyApi, version: number): number {
  return api.request.isFlexible(version) ? 2 : 1;
}

/**
 * Which header a response has: 1 when flexible, else 0; ApiVersions always 0, as its sender may not know the version
 * (KIP-511).
 */
export function responseHeaderVersion(api: AnyApi, version: number): number {
  return api.responseHeader ?? (api.response.isFlexible(version) ? 1 : 0);
}

/** Reads a request header of a given version. */
export function readRequestHeader(version: number, reader: Reader): RequestHeader {
  return requestHeader.read(version, reader) as RequestHeader;
}

/** Key, version and correlation id stand first in every header version. */
export function peekRequest(frame: Uint8Array): { readonly apiKey: number; readonly apiVersion: number } {
  const { requestApiKey, requestApiVersion } = readRequestHeader(0, new Reader(frame));
  return { apiKey: requestApiKey, apiVersion: requestApiVersion };
}

/** Appends a request header. */
export function writeRequestHeader(
  version: number,
  writer: Writer,
  header: InputOf<typeof requestHeader.fields>,
): void {
  requestHeader.write(version, writer, header);
}

/** Reads the correlation id off a response header. */
export function readResponseHeader(version: number, reader: Reader): number {
  return (responseHeader.read(version, reader) as ValueOf<typeof responseHeader.fields>).correlationId;
}

/** Appends a response header. */
export function writeResponseHeader(version: number, writer: Writer, correlationId: number): void {
  responseHeader.write(version, writer, { correlationId });
}
