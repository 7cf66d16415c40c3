import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { rawClient } from '../testing/raw-client.ts';
import { resolveOptions } from './options.ts';

test('without a list there is one plain listener', () => {
  expect(resolveOptions({ nodes: 2, port: 9092 }).listeners).toEqual([
    { name: 'PLAINTEXT', protocol: 'PLAINTEXT', ports: [9092, 9093], advertisedHost: '127.0.0.1' },
  ]);
});

test('the port of the cluster is that of its first listener', () => {
  const { listeners } = resolveOptions({
    port: 9092,
    listeners: [{ name: 'IN', protocol: 'PLAINTEXT' }, { protocol: 'SASL_PLAINTEXT' }],
  });
  expect(listeners.map(({ name, ports }) => [name, ports])).toEqual([
    ['IN', [9092]],
    ['SASL_PLAINTEXT', [0]],
  ]);
});

test.each([
  [{ listeners: [] }, 'is empty'],
  [{ listeners: [{ protocol: 'PLAINTEXT' }, { protocol: 'PLAINTEXT' }] }, 'two listeners named "PLAINTEXT"'],
  [{ listeners: [{ protocol: 'TLS' }] }, 'has protocol "TLS": choose one of PLAINTEXT, SSL'],
  [{ nodes: 2, listeners: [{ protocol: 'PLAINTEXT', ports: [1] }] }, 'names 1 ports of "PLAINTEXT" for 2 nodes'],
  [{ listeners: [{ protocol: 'SSL' }] }, 'listener "SSL" needs it'],
])('%j is refused', (options, complaint) => {
  expect(() => resolveOptions(options as object)).toThrow(complaint);
});

test('clients of a listener are told its addresses, not those of another', async () => {
  await using broker = await startMockBroker({
    nodes: 2,
    listeners: [
      { name: 'INSIDE', protocol: 'PLAINTEXT' },
      { name: 'OUTSIDE', protocol: 'PLAINTEXT', advertisedHost: 'localhost' },
    ],
    topics: [{ name: 't' }],
  });
  const { brokers, bootstrapServers } = broker.listener('OUTSIDE');
  expect(brokers[0]).toMatch(/^localhost:/);
  expect(bootstrapServers).toBe(brokers.join(','));
  expect(broker.brokers).toEqual(broker.listener('INSIDE').brokers);
  expect(broker.brokers).not.toEqual(brokers);
  expect(broker.brokers.map((address) => address.split(':')[1])).toEqual(broker.nodes.map(({ port }) => String(port)));

  await using client = await rawClient(Number(brokers[0]!.split(':')[1]));
  const shown = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;
  const metadata = await client.call(messages.metadata, 12, { topics: null });
  expect(metadata.brokers.map(shown)).toEqual(brokers);
  const cluster = await client.call(messages.describeCluster, 0, { includeClusterAuthorizedOperations: false });
  expect(cluster.brokers.map(shown)).toEqual(brokers);
  const { coordinators } = await client.call(messages.findCoordinator, 4, { keyType: 0, coordinatorKeys: ['g'] });
  expect(brokers).toContain(shown(coordinators[0]!));
});

test('a listener nobody made is named with those there are', async () => {
  await using broker = await startMockBroker();
  expect(() => broker.listener('SSL')).toThrow('There is no listener "SSL": use one of PLAINTEXT.');
});

test('a node that cannot open its second door leaves no first one open', async () => {
  await using first = await startMockBroker();
  const taken = first.nodes[0]!.port;
  const listeners = [{ protocol: 'PLAINTEXT' }, { name: 'B', protocol: 'PLAINTEXT', port: taken }] as const;
  await expect(startMockBroker({ listeners })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
});
