import type { Socket } from 'node:net';
import type { EventstreamError } from '@eventstream/core';
import { startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { kafka } from './kafka-transport.ts';
import type { KafkaOptions } from './options.ts';
import { resourceCount } from './testing/left-behind.ts';
import { startRawServer, startRelay } from './testing/raw-server.ts';

const connectTimeoutMs = 600;

/** The error of a connect that has to fail, once it is certain that it came in time and nothing is left. */
async function failureOf(options: KafkaOptions): Promise<EventstreamError> {
  const leftBehind = resourceCount();
  const transport = kafka({ connectTimeout: connectTimeoutMs, ...options });
  const began = performance.now();
  const error = await transport.connect().then(
    () => expect.fail('connected'),
    (thrown: EventstreamError) => thrown,
  );
  expect(performance.now() - began).toBeLessThan(connectTimeoutMs + 400);
  expect(await transport.close()).toEqual({ unsent: 0 });
  await expect.poll(leftBehind).toEqual({});
  return error;
}

const bytes = (...values: readonly number[]) => Buffer.from(values);
const frame = (body: Buffer) => Buffer.concat([bytes(0, 0, 0, body.length), body]);

/** Answers to the first request, which has the correlation id 1, and what is to be heard of them. */
const answers: readonly (readonly [name: string, serve: (socket: Socket) => void, told: string])[] = [
  ['closes the connection', (socket) => socket.end(), 'closed the connection'],
  ['cuts its answer', (socket) => socket.end(bytes(0, 0, 0, 40, 0, 0, 0, 1)), 'closed the connection'],
  ['sends garbage', (socket) => socket.write(frame(Buffer.alloc(30, 0xab))), 'could not be read'],
  ['answers another request', (socket) => socket.write(frame(Buffer.from('00000009002300000000', 'hex'))), 'was due'],
  [
    'announces two gigabytes',
    (socket) => socket.write(bytes(0x7f, 0xff, 0xff, 0xff)),
    '2147483647 bytes was announced',
  ],
  ['announces less than nothing', (socket) => socket.write(bytes(0xff, 0xff, 0xff, 0xff)), 'does not speak Kafka'],
  ['speaks HTTP', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'bytes was announced'],
  ['wants TLS', (socket) => socket.end(bytes(0x15, 3, 3, 0, 2, 2, 0x46)), 'bytes was announced'],
];

test.each(answers)('a broker that %s is told of within the deadline', async (_, serve, told) => {
  await using server = await startRawServer((socket) => socket.once('data', () => serve(socket)));
  const error = await failureOf({ brokers: server.address });
  expect(error.code).toBe('transport-unreachable');
  expect(error.message).toContain(told);
});

test('a broker that accepts and says nothing is told of within the deadline', async () => {
  await using server = await startRawServer(() => undefined);
  const error = await failureOf({ brokers: server.address });
  expect(error).toMatchObject({
    code: 'transport-unreachable',
    message: expect.stringMatching(/ApiVersions was not answered/),
  });
});

test('a broker that does not even shake hands for TLS is told of within the deadline', async () => {
  await using server = await startRawServer(() => undefined);
  const error = await failureOf({ brokers: server.address, ssl: true });
  expect(error).toMatchObject({
    code: 'transport-unreachable',
    message: expect.stringMatching(/no connection within/),
  });
});

test.each(['ApiVersions', 'SaslHandshake', 'SaslAuthenticate', 'Metadata'] as const)(
  'a broker that is silent at %s is told of within the deadline',
  async (api) => {
    const listeners = [{ protocol: 'SASL_PLAINTEXT' as const }];
    await using broker = await startMockBroker({ listeners, users: { alice: { password: 'secret' } } });
    broker.faults.on(api).silence().always();
    const sasl = { mechanism: 'plain', username: 'alice', password: 'secret' } as const;
    const error = await failureOf({ brokers: broker.brokers, sasl });
    expect(['transport-unreachable', 'timeout']).toContain(error.code);
  },
);

test('a name that does not resolve is named', async () => {
  const error = await failureOf({ brokers: 'no-such-broker.invalid:9092' });
  expect(error).toMatchObject({
    code: 'transport-unreachable',
    message: expect.stringMatching(/no-such-broker\.invalid/),
  });
});

test('answers that come byte by byte are answers', async () => {
  await using broker = await startMockBroker({ topics: [{ name: 'orders' }] });
  const { port } = new URL(`kafka://${broker.brokers[0]}`);
  await using relay = await startRelay(Number(port), (answer, client) => {
    for (const byte of answer) client.write(Uint8Array.of(byte));
  });
  const transport = kafka({ brokers: relay.address });
  await transport.connect();
  await transport.close();
});

test.each([
  ['refuses', (socket: Socket) => socket.destroy()],
  ['says nothing', () => undefined],
])('a first bootstrap broker that %s does not keep the second one from being reached', async (_, serve) => {
  await using dead = await startRawServer(serve);
  await using broker = await startMockBroker({ topics: [{ name: 'orders' }] });
  const leftBehind = resourceCount();
  // Which of them is asked first changes from one attempt to the next.
  for (const brokers of [
    [dead.address, ...broker.brokers],
    [...broker.brokers, dead.address],
  ]) {
    const transport = kafka({ brokers, connectTimeout: '4s' });
    await transport.connect();
    const orders = await transport.topic('orders');
    expect(await orders.append(0, null, 'v', [], 1)).toMatchObject({ partition: 0 });
    await transport.close();
  }
  await expect.poll(leftBehind).toEqual({});
});

test('when all nodes have moved the bootstrap list is the way back', async () => {
  const before = await startMockBroker({ topics: [{ name: 'orders' }] });
  await using after = await startMockBroker({ firstNodeId: 7, topics: [{ name: 'orders' }] });
  const transport = kafka({ brokers: [...before.brokers, ...after.brokers] });
  // The first cluster has to be the one that is found first.
  after.faults.on('ApiVersions').disconnect();
  await transport.connect();
  const orders = await transport.topic('orders');
  await orders.append(0, null, 'here', [], 1);
  await before.close();
  await orders.append(0, null, 'there', [], 2);
  await transport.close();
  expect((await after.topic('orders').records()).map(({ value }) => String(value))).toEqual(['there']);
});
