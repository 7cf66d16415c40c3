import { once } from 'node:events';
import { createConnection } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { messages } from '@eventstream/kafka-protocol';
import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { certificate } from '../testing/certificates/index.ts';
import { clientOver } from '../testing/raw-client.ts';
import type { TlsOptions } from './tls.ts';

const ca = certificate('ca').cert;

function startWithTls(more: Partial<TlsOptions> = {}) {
  const tls = { ...certificate('broker'), ca, ...more };
  return startMockBroker({
    listeners: [{ protocol: 'SSL', advertisedHost: 'localhost' }],
    tls,
    topics: [{ name: 't' }],
  });
}

/** Asks for ApiVersions over TLS; rejects when the broker does not let the client in. */
async function ask(port: number, options: ConnectionOptions): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...options });
  await once(socket, 'secureConnect');
  await using client = clientOver(socket);
  return (await client.call(messages.apiVersions, 0, {})).errorCode;
}

test('a client that trusts the root is served', async () => {
  await using broker = await startWithTls();
  expect(await ask(broker.nodes[0]!.port, {})).toBe(0);
});

test('kafkajs produces over TLS and is told the advertised name', async () => {
  await using broker = await startWithTls();
  const kafka = new Kafka({ brokers: broker.brokers, ssl: { ca: [ca] }, logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 't', messages: [{ value: 'v' }] });
  await producer.disconnect();
  expect(await broker.topic('t').records()).toHaveLength(1);
});

test('a client that does not trust the root goes away, and the broker stands', async () => {
  await using broker = await startWithTls();
  const { port } = broker.nodes[0]!;
  await expect(ask(port, { ca: certificate('stranger').cert })).rejects.toThrow('certificate');
  expect(await ask(port, {})).toBe(0);
});

test.each([
  ['none', undefined, 0],
  ['none', 'client', 0],
  ['requested', undefined, 0],
  ['requested', 'client', 0],
  ['requested', 'stranger', 'refused'],
  ['required', undefined, 'refused'],
  ['required', 'client', 0],
  ['required', 'stranger', 'refused'],
] as const)('client certificates are %s, the client shows %s', async (clientAuth, shown, outcome) => {
  await using broker = await startWithTls({ clientAuth });
  const asked = ask(broker.nodes[0]!.port, shown ? certificate(shown) : {});
  if (outcome === 'refused') await expect(asked).rejects.toThrow();
  else expect(await asked).toBe(outcome);
});

test('closing does not wait for a handshake nobody finishes', async () => {
  const broker = await startWithTls();
  const socket = createConnection(broker.nodes[0]!.port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  await broker.close();
  if (!socket.closed) await once(socket, 'close');
});
