import { startMockBroker } from '@eventstream/mock-broker';
import vendor from 'kafkajs';
import { describe, expect, test } from 'vitest';
import type { KafkajsTransport } from '../src/index.ts';
import { connected } from './connected.ts';
import { joinGroup, until } from './group-member.ts';

async function append(transport: KafkajsTransport, partition: number, values: readonly string[]): Promise<void> {
  const writer = await transport.topic('t');
  for (const value of values) await writer.append(partition, null, value, [], 1);
}

function named(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

const at = (partition: number, offset: number) => ({ topic: 't', partition, offset });

describe('a position that no longer exists', () => {
  test('is told when the group comes back to it, and reading goes on at the log start', async () => {
    await using broker = await startMockBroker({ logBytes: 1000, topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers });
    await append(transport, 0, ['first']);
    const before = await joinGroup(transport);
    await before.subscription.commit([at(0, 1)], 1);
    await before.subscription.close();
    await append(transport, 0, named('x'.repeat(50), 30));
    const [range] = await transport.offsets('t');
    expect(range?.first).toBeGreaterThan(1);

    const member = await joinGroup(transport, { startFrom: 'latest' });
    await until(() => expect(member.errors.length).toBe(1));
    expect(member.errors[0]).toMatchObject({
      code: 'offset-out-of-range',
      retriable: true,
      facts: { topic: 't', partition: 0, offset: 1 },
    });
    await until(() => expect(member.batches[0]?.records[0]?.offset).toBe(range?.first));
  });

  test('is told when the log is deleted past a slow reader', async () => {
    await using broker = await startMockBroker({ logBytes: 1000, topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await append(transport, 0, ['first']);
    const member = await joinGroup(transport);
    await until(() => expect(member.all()).toEqual(['first']));
    member.subscription.pause({ topic: 't', partition: 0 });
    await append(transport, 0, named('x'.repeat(50), 30));
    member.subscription.resume({ topic: 't', partition: 0 });
    await until(() =>
      expect(member.errors).toMatchObject([{ code: 'offset-out-of-range', retriable: true, facts: { offset: 1 } }]),
    );
    const [range] = await transport.offsets('t');
    await until(() => expect(member.batches.at(-1)?.nextOffset).toBe(31));
    expect(member.batches[1]?.records[0]?.offset).toBe(range?.first);
  });
});

describe('a cluster in motion', () => {
  test('no record is lost or repeated while leaders move and a node crashes', async () => {
    await using broker = await startMockBroker({ nodes: 3, topics: [{ name: 't', partitions: 3 }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const member = await joinGroup(transport);
    const writer = await transport.topic('t');
    const crashed = broker.coordinatorOf('g') === 2 ? 3 : 2;
    for (let round = 0; round < 9; round += 1) {
      await Promise.all(
        Array.from({ length: 30 }, (_, index) => writer.append(index % 3, null, `${round}:${index}`, [], 1)),
      );
      if (round === 3) await broker.crashNode(crashed);
      else if (round === 6) await broker.startNode(crashed);
      else broker.moveLeader('t', round % 3, broker.coordinatorOf('g'));
    }
    await until(() => expect(new Set(member.all()).size).toBe(270));
    // A new epoch begins at the commit, and nothing was committed: what an epoch was pushed, it was pushed once and in order.
    for (const epoch of new Set(member.batches.map((batch) => batch.epoch))) {
      for (const partition of [0, 1, 2]) {
        const offsets = member.batches
          .filter((batch) => batch.epoch === epoch && batch.partition === partition)
          .flatMap(({ records }) => records.map(({ offset }) => offset));
        expect(offsets).toEqual(offsets.map((_, index) => (offsets[0] as number) + index));
        expect(offsets[0] ?? 0).toBe(0);
      }
    }
  });

  test('a fetch from before a rebalance is not pushed after it', async () => {
    await using broker = await startMockBroker({ nodes: 2, topics: [{ name: 't', partitions: 2 }] });
    broker.moveLeader('t', 0, 1);
    broker.moveLeader('t', 1, 2);
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await append(transport, 0, named('a', 10));
    const member = await joinGroup(transport);
    await until(() => expect(member.values(0)).toEqual(named('a', 10)));
    await member.subscription.commit([at(0, 4)], 1);
    // A fetch at offset 10 is held; meanwhile the other broker makes kafkajs join anew, which begins at the commit.
    const held = broker.faults.on('Fetch').node(1).delay(300);
    await until(() => expect(held.unused()).toBeUndefined());
    await append(transport, 0, ['late']);
    broker.faults.on('Fetch').node(2).fail('NOT_LEADER_OR_FOLLOWER');
    await until(() => expect(member.epoch).toBe(2));
    await until(() => expect(member.values(0)).toContain('late'));
    await until(() => expect(member.values(0)).toEqual([...named('a', 10), ...named('a', 10).slice(4), 'late']));
  });

  test('a coordinator that moves costs an epoch, not the membership', async () => {
    await using broker = await startMockBroker({ nodes: 2, topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await append(transport, 0, ['a']);
    const member = await joinGroup(transport);
    await until(() => expect(member.all()).toEqual(['a']));
    await member.subscription.commit([at(0, 1)], 1);
    broker.moveCoordinator('g', broker.coordinatorOf('g') === 1 ? 2 : 1);
    await until(() => expect(member.epoch).toBe(2));
    await append(transport, 0, ['b']);
    await until(() => expect(member.all()).toEqual(['a', 'b']));
    await member.subscription.commit([at(0, 2)], 2);
    expect(await transport.committed('g', 't')).toEqual([at(0, 2)]);
  });

  test('a member the coordinator forgot is told of its end before it owns anew', async () => {
    await using broker = await startMockBroker({ minSessionTimeoutMs: 100, topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const member = await joinGroup(transport, { sessionTimeoutMs: 800 });
    broker.faults.on('Heartbeat').fail('UNKNOWN_MEMBER_ID');
    await until(() => expect(member.epoch).toBe(2));
    expect(member.story).toEqual(['assigned 1', 'revoked 1', 'assigned 2']);
  });
});

describe('the supervisor', () => {
  test('starts a crashed membership again, with a rising epoch, and tells of it', async () => {
    await using broker = await startMockBroker({ topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const member = await joinGroup(transport);
    // For kafkajs there is nothing to be done about it.
    broker.faults.on('Fetch').fail('UNKNOWN_SERVER_ERROR');
    await until(() => expect(member.epoch).toBe(2));
    expect(member.story).toEqual(['assigned 1', 'revoked 1', 'assigned 2']);
    expect(member.errors).toMatchObject([{ retriable: true }]);
    await append(transport, 0, ['after']);
    await until(() => expect(member.all()).toEqual(['after']));
  });

  test('does not wait for the member that crashed and could not leave', async () => {
    await using broker = await startMockBroker({ topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const member = await joinGroup(transport, { sessionTimeoutMs: 60_000 });
    broker.faults.on('LeaveGroup').fail('COORDINATOR_NOT_AVAILABLE');
    broker.faults.on('Fetch').fail('UNKNOWN_SERVER_ERROR');
    await until(() => expect(member.epoch).toBe(2));
    expect(broker.group('g')?.members.length).toBe(1);
  });

  test('a partition that was paused when the membership crashed is read by the next one', async () => {
    await using broker = await startMockBroker({ topics: [{ name: 't', partitions: 2 }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const member = await joinGroup(transport);
    member.subscription.pause({ topic: 't', partition: 0 });
    broker.faults.on('Fetch').fail('UNKNOWN_SERVER_ERROR');
    await until(() => expect(member.epoch).toBe(2));
    await append(transport, 0, ['after']);
    await until(() => expect(member.all()).toEqual(['after']));
  });

  test('ends the subscription when going on is forbidden', async () => {
    await using broker = await startMockBroker({ topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const member = await joinGroup(transport);
    broker.faults.on('Fetch').fail('TOPIC_AUTHORIZATION_FAILED').always();
    await until(() => expect(member.errors).toMatchObject([{ code: 'authorization-failed', retriable: false }]));
    expect(member.story).toEqual(['assigned 1', 'revoked 1']);
    await expect(member.subscription.commit([at(0, 1)], 1)).rejects.toMatchObject({ code: 'fenced' });
  });

  test('joining what is forbidden rejects', async () => {
    await using broker = await startMockBroker({ topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers });
    broker.faults.on('JoinGroup').fail('GROUP_AUTHORIZATION_FAILED').always();
    await expect(joinGroup(transport)).rejects.toMatchObject({
      code: 'authorization-failed',
      facts: { resource: 'g' },
    });
  });

  test('joining is patient with a coordinator that is loading', async () => {
    await using broker = await startMockBroker({ topics: [{ name: 't' }] });
    await using transport = await connected({ brokers: broker.brokers });
    broker.faults.on('FindCoordinator').fail('COORDINATOR_NOT_AVAILABLE').times(3);
    broker.faults.on('JoinGroup').fail('COORDINATOR_LOAD_IN_PROGRESS').times(2);
    const member = await joinGroup(transport);
    expect(member.story).toEqual(['assigned 1']);
  });

  test('a topic that is missing is named', async () => {
    await using broker = await startMockBroker({ autoCreateTopics: false });
    await using transport = await connected({ brokers: broker.brokers });
    await expect(joinGroup(transport)).rejects.toMatchObject({ code: 'topic-missing', facts: { topic: 't' } });
  });
});

describe('a batch that kafkajs cannot read', () => {
  /** Writes a record in a codec kafkajs knows by number only. */
  async function appendForeign(brokers: readonly string[], partition: number): Promise<void> {
    const { CompressionCodecs, CompressionTypes } = vendor;
    const missing = CompressionCodecs[CompressionTypes.LZ4];
    CompressionCodecs[CompressionTypes.LZ4] = () => ({ compress: async ({ buffer }: { buffer: Buffer }) => buffer });
    try {
      const foreign = new vendor.Kafka({ brokers: [...brokers], logLevel: vendor.logLevel.NOTHING }).producer();
      await foreign.connect();
      await foreign.send({ topic: 't', messages: [{ value: 'v', partition }], compression: CompressionTypes.LZ4 });
      await foreign.disconnect();
    } finally {
      CompressionCodecs[CompressionTypes.LZ4] = missing;
    }
  }

  const expected = { code: 'record-corrupt', retriable: false, facts: { topic: 't', partition: 1 } };

  test('ends the subscription with its place, and leaves the process alone', async () => {
    await using broker = await startMockBroker({ topics: [{ name: 't', partitions: 3 }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await append(transport, 1, ['readable']);
    const member = await joinGroup(transport);
    await until(() => expect(member.all()).toEqual(['readable']));
    await appendForeign(broker.brokers, 1);
    await until(() => expect(member.errors).toMatchObject([{ ...expected, facts: { ...expected.facts, offset: 1 } }]));
    expect(member.errors[0]?.message).toMatch(/LZ4.*gzip/);
    expect(member.story).toEqual(['assigned 1', 'revoked 1']);
  });

  test('is named when it is the first thing a member meets', async () => {
    await using broker = await startMockBroker({ topics: [{ name: 't', partitions: 3 }] });
    await using transport = await connected({ brokers: broker.brokers });
    await appendForeign(broker.brokers, 1);
    const errors: unknown[] = [];
    await joinGroup(transport, { onError: (error) => errors.push(error) }).catch((error: unknown) =>
      errors.push(error),
    );
    await until(() => expect(errors).toMatchObject([expected]));
  });
});
