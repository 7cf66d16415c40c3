import { once } from 'node:events';
import { createConnection } from 'node:net';
import { describe, expect } from 'vitest';
import { test } from './index.ts';

test('gives a broker that listens', async ({ broker }) => {
  const socket = createConnection(broker.nodes[0]!.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  expect(broker.bootstrapServers).toBe(`127.0.0.1:${broker.nodes[0]!.port}`);
});

describe('with options', () => {
  test.override({ brokerOptions: { nodes: 3 } });

  test('starts the cluster that was asked for', ({ broker }) => {
    expect(broker.nodes.map(({ id, up }) => ({ id, up }))).toEqual([1, 2, 3].map((id) => ({ id, up: true })));
  });
});

test.fails('fails a test whose fault nothing ran into', ({ broker }) => {
  broker.faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER');
});

test('is content when the faults are taken back', ({ broker }) => {
  broker.faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER');
  broker.faults.clear();
});
