import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type AnyApi,
  decodeRequest,
  decodeResponseFrame,
  encodeRequestFrame,
  encodeResponseFrame,
  parseRequestFrame,
} from '../src/index.ts';

/** What real clients and brokers said to each other. The provenance stands in each file. */
type Exchange = readonly [client: string, request: string, response: string];

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const withoutSize = (frame: Uint8Array) => frame.subarray(4);

function load(file: string): readonly Exchange[] {
  return JSON.parse(readFileSync(new URL(`captures/${file}`, import.meta.url), 'utf8')).exchanges;
}

describe.each(['4.3.1', '3.9.2'])('frames of Kafka %s', (kafka) => {
  const cases = load(`kafka-${kafka}.json`).map(([client, request, response]) => {
    const frame = parseRequestFrame(bytesOf(request));
    const api = frame.api as AnyApi;
    return { label: `${api.name} v${frame.apiVersion} (${client})`, api, frame, request, response };
  });

  it.each(cases)('$label: the request is read and written back byte for byte', ({ api, frame, request }) => {
    const { apiVersion: version, correlationId, clientId, body } = frame;
    const decoded = decodeRequest(api, version, body);
    const written = encodeRequestFrame(api, { version, correlationId, clientId }, decoded);
    expect(withoutSize(written)).toEqual(bytesOf(request));
  });

  it.each(cases)('$label: the response is read and written back byte for byte', ({ api, frame, response }) => {
    const { apiVersion: version, correlationId } = frame;
    const decoded = decodeResponseFrame(api, version, bytesOf(response));
    expect(decoded.correlationId).toBe(correlationId);
    expect(withoutSize(encodeResponseFrame(api, { version, correlationId }, decoded.response))).toEqual(
      bytesOf(response),
    );
  });
});
