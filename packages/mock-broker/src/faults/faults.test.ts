import { once } from 'node:events';
import { createConnection } from 'node:net';
import { encodeRequestFrame, errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { batchOf, produce } from '../testing/batches.ts';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';

const topics = [{ name: 't' }, { name: 'u' }];
const wish = { values: ['a'] };

function prepared() {
  const under = clusterUnderTest({ topics, nodes: 1 });
  const end = (topic = 't') => under.cluster.catalog.byName(topic)!.partition(0)!.log.watermarks.end;
  return { under, end, faults: under.faults };
}

describe('effects', () => {
  test('fail refuses without applying', async () => {
    const { under, end, faults } = prepared();
    faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER');
    expect((await produce(under, 't', wish)).errorCode).toBe(errorCodes.NOT_LEADER_OR_FOLLOWER);
    expect(end()).toBe(0n);
    expect((await produce(under, 't', wish)).errorCode).toBe(0);
  });

  test('disconnect cuts the connection before anything is applied', async () => {
    const { under, end, faults } = prepared();
    faults.on('Produce').disconnect();
    await expect(produce(under, 't', wish)).rejects.toThrow('close');
    expect(end()).toBe(0n);
  });

  test('applyThen disconnect applies, and loses the answer', async () => {
    const { under, end, faults } = prepared();
    faults.on('Produce').applyThen('disconnect');
    await expect(produce(under, 't', wish)).rejects.toThrow('close');
    expect(end()).toBe(1n);
  });

  test('applyThen an error applies, and lies', async () => {
    const { under, end, faults } = prepared();
    faults.on('Produce').applyThen('REQUEST_TIMED_OUT');
    expect((await produce(under, 't', wish)).errorCode).toBe(errorCodes.REQUEST_TIMED_OUT);
    expect(end()).toBe(1n);
  });

  test('delay serves late, on the broker’s clock', async () => {
    const { under, end, faults } = prepared();
    faults.on('Produce').delay(500);
    const sent = produce(under, 't', wish);
    await settle();
    under.clock.advance(499);
    await settle();
    expect(end()).toBe(0n);
    under.clock.advance(1);
    expect((await sent).errorCode).toBe(0);
  });

  test('a fault on acks=0 shows as a lost connection', async () => {
    const { under, faults, end } = prepared();
    faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER');
    const partitionData = [{ index: 0, records: batchOf(wish) }];
    const sent = under.call(
      messages.produce,
      { version: 9 },
      { acks: 0, timeoutMs: 1, topicData: [{ name: 't', partitionData }] },
    );
    await expect(sent).rejects.toThrow('close');
    expect(end()).toBe(0n);
  });
});

describe('selection', () => {
  test('by topic', async () => {
    const { under, faults } = prepared();
    faults.on('Produce').topic('u').fail('NOT_LEADER_OR_FOLLOWER');
    expect((await produce(under, 't', wish)).errorCode).toBe(0);
    expect((await produce(under, 'u', wish)).errorCode).not.toBe(0);
  });

  test('by topic, where the request names it by id or as plain text', async () => {
    const { under, faults } = prepared();
    faults.on('Metadata').topic('u').fail('INVALID_REQUEST').times(1);
    faults.on('DeleteTopics').topic('u').fail('INVALID_REQUEST').times(2);
    const topicId = under.cluster.catalog.byName('u')!.id;
    await under.call(messages.metadata, { version: 12 }, { topics: [{ topicId, name: null }] });
    await under.call(messages.deleteTopics, { version: 1 }, { topicNames: ['u'], timeoutMs: 1 });
    await under.call(messages.deleteTopics, { version: 6 }, { topics: [{ name: 'u', topicId }], timeoutMs: 1 });
    expect(faults.unused()).toEqual([]);
  });

  test('by node and by client', async () => {
    const under = clusterUnderTest({ nodes: 2 });
    under.faults.on('Metadata').node(2).client('me').disconnect();
    const ask = (node: number, clientId: string) =>
      under.call(messages.metadata, { version: 1, node, clientId }, { topics: null });
    await ask(1, 'me');
    await ask(2, 'you');
    await expect(ask(2, 'me')).rejects.toThrow('close');
  });

  test('by the nth match, and how often from there', async () => {
    const { under, faults } = prepared();
    const rule = faults.on('Produce').nth(2).fail('NOT_LEADER_OR_FOLLOWER').times(2);
    const codes: number[] = [];
    for (let at = 0; at < 4; at += 1) codes.push((await produce(under, 't', wish)).errorCode);
    expect(codes.map((code) => code !== 0)).toEqual([false, true, true, false]);
    expect(rule.fired).toBe(2);
  });

  test('always', async () => {
    const { under, faults } = prepared();
    faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER').always();
    for (let at = 0; at < 3; at += 1) expect((await produce(under, 't', wish)).errorCode).not.toBe(0);
    expect(faults.unused()).toEqual([]);
  });

  test('the rule placed first strikes first', async () => {
    const { under, faults } = prepared();
    faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER');
    faults.on('Produce').fail('REQUEST_TIMED_OUT');
    expect((await produce(under, 't', wish)).errorCode).toBe(errorCodes.NOT_LEADER_OR_FOLLOWER);
    expect((await produce(under, 't', wish)).errorCode).toBe(errorCodes.REQUEST_TIMED_OUT);
  });
});

test('reports what was not used up, as it was written', async () => {
  const { under, faults } = prepared();
  faults.on('Produce').topic('t').nth(3).applyThen('disconnect');
  faults.on('Fetch').node(1).client('c').delay(5).times(2);
  faults.on('Heartbeat').disconnect().always();
  await produce(under, 't', wish);
  expect(faults.unused()).toEqual([
    { rule: "on('Produce').topic('t').nth(3).applyThen('disconnect')", matched: 1, fired: 0, owed: 1 },
    { rule: "on('Fetch').node(1).client('c').delay(5).times(2)", matched: 0, fired: 0, owed: 2 },
    { rule: "on('Heartbeat').disconnect().always()", matched: 0, fired: 0, owed: 1 },
  ]);
  faults.clear();
  expect(faults.unused()).toEqual([]);
});

test('a client sees its connection break over TCP', async () => {
  await using broker = await startMockBroker();
  broker.faults.on('Metadata').disconnect();
  const socket = createConnection(broker.nodes[0]!.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    encodeRequestFrame(messages.metadata, { version: 1, correlationId: 1, clientId: 'c' }, { topics: null }),
  );
  await once(socket, 'close');
  expect(broker.faults.unused()).toEqual([]);
});
