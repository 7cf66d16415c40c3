import { describe, expect, it } from 'vitest';
import { messages } from '../messages/index.ts';
import { ProtocolError } from '../protocol-error.ts';
import { FrameSplitter } from './frame-splitter.ts';
import {
  decodeResponseFrame,
  encodeRequestFrame,
  encodeRequestParts,
  encodeResponseFrame,
  parseRequestFrame,
} from './frames.ts';

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('request frames', () => {
  it('carry an old header before flexible versions', () => {
    const address = { version: 3, correlationId: 7, clientId: 'me' };
    const frame = encodeRequestFrame(messages.heartbeat, address, { groupId: 'g', generationId: 1, memberId: 'm' });
    expect(frame.subarray(0, 16)).toEqual(bytesOf('00000018000c00030000000700026d65'));
    expect(parseRequestFrame(frame.subarray(4))).toMatchObject({
      apiKey: 12,
      apiVersion: 3,
      correlationId: 7,
      clientId: 'me',
    });
  });

  it('have tags after the client id in flexible versions', () => {
    const address = { version: 3, correlationId: 7, clientId: null };
    const software = { clientSoftwareName: 'x', clientSoftwareVersion: '1' };
    const frame = encodeRequestFrame(messages.apiVersions, address, software);
    expect(frame).toEqual(bytesOf('00000010 0012 0003 00000007 ffff 00 0278 0231 00'));
    expect(parseRequestFrame(frame.subarray(4)).body).toEqual(bytesOf('0278023100'));
  });

  it('are parsed with an unknown key or a version of the future, so that they can be answered', () => {
    expect(parseRequestFrame(bytesOf('7fff000000000001ffff01'))).toMatchObject({ api: undefined, body: bytesOf('01') });
    const future = parseRequestFrame(bytesOf('0012006300000001ffff00aa'));
    expect(future).toMatchObject({ api: messages.apiVersions, apiVersion: 99, body: bytesOf('aa') });
  });

  it('end in a ProtocolError when cut off', () => {
    expect(() => parseRequestFrame(bytesOf('00120003000000'))).toThrow(ProtocolError);
  });
});

describe('request parts', () => {
  const address = { version: 9, correlationId: 7, clientId: 'me' };
  const produce = (sizes: readonly number[]) => ({
    acks: -1,
    timeoutMs: 1000,
    topicData: [
      { name: 't', partitionData: sizes.map((size, index) => ({ index, records: new Uint8Array(size).fill(index) })) },
    ],
  });

  it.each([[[10]], [[4095, 4096, 0]], [[5000, 3, 100_000]]])('of records of %j bytes are the frame, cut', (sizes) => {
    const parts = encodeRequestParts(messages.produce, address, produce(sizes));
    const frame = encodeRequestFrame(messages.produce, address, produce(sizes));
    expect(Buffer.concat(parts)).toEqual(Buffer.from(frame));
    expect(new DataView(frame.buffer).getInt32(0)).toBe(frame.length - 4);
  });

  it('hold large records as they were given', () => {
    const request = produce([4096]);
    const parts = encodeRequestParts(messages.produce, address, request);
    expect(parts).toContain(request.topicData[0]?.partitionData[0]?.records);
  });
});

describe('response frames', () => {
  it('have tags in the header in flexible versions', () => {
    const frame = encodeResponseFrame(messages.heartbeat, { version: 4, correlationId: 9 }, { errorCode: 27 });
    expect(frame).toEqual(bytesOf('0000000c 00000009 00 00000000 001b 00'));
    const answer = decodeResponseFrame(messages.heartbeat, 4, frame.subarray(4));
    expect(answer).toEqual({ correlationId: 9, response: { throttleTimeMs: 0, errorCode: 27 } });
  });

  it('have none for ApiVersions (KIP-511)', () => {
    const frame = encodeResponseFrame(
      messages.apiVersions,
      { version: 3, correlationId: 9 },
      { errorCode: 0, apiKeys: [] },
    );
    expect(frame.subarray(4)).toEqual(bytesOf('00000009 0000 01 00000000 00'));
  });
});

describe('FrameSplitter', () => {
  const stream = bytesOf('0000000101 00000000 00000003 010203');
  const frames = [bytesOf('01'), bytesOf(''), bytesOf('010203')];

  it.each([1, 2, 3, 5, 16])('finds the same frames in chunks of %i bytes', (size) => {
    const splitter = new FrameSplitter();
    const found: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += size) found.push(...splitter.push(stream.subarray(at, at + size)));
    expect(found).toEqual(frames);
    expect(splitter.bufferedBytes).toBe(0);
  });

  it('refuses sizes that are negative or above the bound before buffering anything', () => {
    expect(() => new FrameSplitter().push(bytesOf('ffffffff'))).toThrow(/does not speak Kafka/);
    expect(() => new FrameSplitter({ maxFrameBytes: 9 }).push(bytesOf('0000000a'))).toThrow(/the bound is 9/);
  });
});
