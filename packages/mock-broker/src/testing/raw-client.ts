import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import {
  type AnyApi,
  decodeResponseFrame,
  encodeBatch,
  encodeRequestFrame,
  FrameSplitter,
  messages,
  type RecordInput,
  type RequestInput,
  type ResponseOf,
} from '@eventstream/kafka-protocol';

/** Speaks the protocol over one TCP connection, request by request. */
export async function rawClient(port: number) {
  const socket = createConnection(port, '127.0.0.1');
  await once(socket, 'connect');
  return clientOver(socket);
}

/** The same over a socket that is connected already, e.g. with TLS. */
export function clientOver(socket: Socket) {
  const splitter = new FrameSplitter();
  const waiting: { resolve: (frame: Uint8Array) => void; reject: (error: Error) => void }[] = [];
  socket.on('data', (chunk) => {
    for (const frame of splitter.push(chunk)) waiting.shift()?.resolve(frame);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the connection was closed'));
  });
  let correlationId = 0;

  const client = {
    async call<Of extends AnyApi>(api: Of, version: number, request: RequestInput<Of>): Promise<ResponseOf<Of>> {
      correlationId += 1;
      const answer = new Promise<Uint8Array>((resolve, reject) => waiting.push({ resolve, reject }));
      socket.write(encodeRequestFrame(api, { version, correlationId, clientId: 'raw' }, request));
      return decodeResponseFrame(api, version, await answer).response;
    },
    /** Sends a frame without a header and gives the bytes of the answer. */
    bare(token: Uint8Array): Promise<Uint8Array> {
      const size = Buffer.alloc(4);
      size.writeInt32BE(token.byteLength);
      socket.write(Buffer.concat([size, token]));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    /** Resolves when the broker has closed the connection. */
    ended: new Promise<void>((resolve) => void socket.once('close', () => resolve())),
    produce(topic: string, value: string, more: Partial<RecordInput> = {}) {
      const records = encodeBatch({ records: [{ value: Buffer.from(value), timestamp: 1000n, ...more }] });
      const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
      return client.call(messages.produce, 9, { acks: -1, timeoutMs: 1000, topicData });
    },
    [Symbol.asyncDispose]: async () => void socket.destroy(),
  };
  return client;
}
