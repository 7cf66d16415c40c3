import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { describe, expect, test } from 'vitest';
import type { KafkajsTransport } from '../src/index.ts';
import { connected } from './connected.ts';
import { joinGroup, until } from './group-member.ts';

async function append(transport: KafkajsTransport, partition: number, values: readonly string[]): Promise<void> {
  const writer = await transport.topic('t');
  await Promise.all(values.map((value) => writer.append(partition, null, value, [], 1)));
}

function named(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

const at = (partition: number, offset: number) => ({ topic: 't', partition, offset });

async function cluster(partitions = 3, nodes = 1): Promise<MockBroker> {
  return startMockBroker({ nodes, topics: [{ name: 't', partitions }] });
}

describe('a member of a group', () => {
  test('is pushed every record in offset order, with its end and epoch', async () => {
    await using broker = await cluster(2, 3);
    await using transport = await connected({ brokers: broker.brokers });
    await append(transport, 0, named('a', 300));
    await append(transport, 1, named('b', 5));
    const member = await joinGroup(transport);
    await until(() => expect(member.all().length).toBe(305));
    expect(member.values(0)).toEqual(named('a', 300));
    expect(member.values(1)).toEqual(named('b', 5));
    const last = member.batches.findLast(({ partition }) => partition === 0);
    expect(last).toMatchObject({ topic: 't', epoch: 1, nextOffset: 300, highWatermark: 300 });
    expect(member.story).toEqual(['assigned 1']);
  });

  test('sees headers in their order, and keeps a copy when asked', async () => {
    await using broker = await cluster(1);
    await using transport = await connected({ brokers: broker.brokers });
    const writer = await transport.topic('t');
    const headers = [
      ['a', '1'],
      ['n', null],
      ['a', '2'],
      ['10', 'x'],
      ['2', 'y'],
      ['a', ''],
    ] as const;
    await writer.append(0, 'k', 'v', headers, 42);
    await writer.append(0, 'k', null, headers, 42);
    await writer.append(
      0,
      null,
      'v',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      42,
    );
    const member = await joinGroup(transport);
    await until(() => expect(member.batches.flatMap(({ records }) => records).length).toBe(3));
    const [record, tombstone, plain] = member.batches.flatMap(({ records }) => records);
    const copy = record?.copy();
    for (const one of [record, copy, copy?.copy(), tombstone]) {
      expect(one).toMatchObject({ timestamp: 42 });
      expect(Buffer.from(one?.key ?? [])).toEqual(Buffer.from('k'));
      expect(
        one?.headers.map(([name, value]) => [name, value === null ? null : Buffer.from(value).toString()]),
      ).toEqual(headers);
    }
    expect(tombstone?.value).toBeNull();
    expect(plain?.headers.map(([name]) => name)).toEqual(['a', 'b']);
    expect(copy?.value?.buffer).not.toBe(record?.value?.buffer);
  });

  test('begins where the group committed, else where it was told', async () => {
    await using broker = await cluster(2);
    await using transport = await connected({ brokers: broker.brokers });
    await append(transport, 0, named('a', 10));
    await append(transport, 1, named('b', 10));
    const first = await joinGroup(transport);
    await until(() => expect(first.all().length).toBe(20));
    await first.subscription.commit([at(0, 7)], first.epoch);
    await first.subscription.close();
    expect(await transport.committed('g', 't')).toEqual([at(0, 7)]);

    const second = await joinGroup(transport, { startFrom: 'latest' });
    await append(transport, 1, ['new']);
    await until(() => expect(second.all().length).toBe(4));
    expect(second.values(0)).toEqual(['a7', 'a8', 'a9']);
    expect(second.values(1)).toEqual(['new']);
  });

  test('with nothing committed and "latest" misses nothing that is appended after it joined', async () => {
    await using broker = await cluster(1);
    await using transport = await connected({ brokers: broker.brokers });
    await append(transport, 0, ['old']);
    for (const round of [1, 2, 3]) {
      const member = await joinGroup(transport, { group: `g${round}`, startFrom: 'latest' });
      await append(transport, 0, [`new${round}`]);
      await until(() => expect(member.all()).toEqual([`new${round}`]));
      await member.subscription.close();
    }
  });
});

describe('pause, resume and seek', () => {
  test('nothing is pushed while paused, nothing is lost or repeated after', async () => {
    await using broker = await cluster(2);
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const member = await joinGroup(transport);
    for (let round = 0; round < 15; round += 1) {
      member.subscription.pause({ topic: 't', partition: 0 });
      if (round % 2 === 0) member.subscription.pause({ topic: 't', partition: 1 });
      const before = member.values(0).length;
      await append(transport, 0, named(`a${round}-`, 20));
      await append(transport, 1, named(`b${round}-`, 20));
      expect(member.values(0).length).toBe(before);
      member.subscription.resume({ topic: 't', partition: 0 });
      member.subscription.resume({ topic: 't', partition: 1 });
    }
    await until(() => expect(member.all().length).toBe(600));
    for (const [partition, name] of [
      [0, 'a'],
      [1, 'b'],
    ] as const) {
      expect(member.values(partition)).toEqual(
        Array.from({ length: 15 }, (_, round) => named(`${name}${round}-`, 20)).flat(),
      );
    }
  });

  test('a seek from inside onRecords stands', async () => {
    await using broker = await cluster(1);
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await append(transport, 0, named('a', 10));
    let replayed = false;
    const member = await joinGroup(transport, {
      onRecords(batch) {
        if (!replayed && batch.nextOffset === 10) {
          replayed = true;
          setImmediate(() => member.subscription.seek(at(0, 4)));
        }
      },
    });
    await until(() => expect(member.all().length).toBe(16));
    expect(member.values(0)).toEqual([...named('a', 10), ...named('a', 10).slice(4)]);
  });
});

describe('ownership', () => {
  test('moves with the group: revoked before another member has it, under rising epochs, every record once', async () => {
    await using broker = await cluster(4);
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await using other = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const first = await joinGroup(transport);
    expect(first.assigned.length).toBe(4);
    await append(transport, 0, named('a', 10));
    await until(() => expect(first.all().length).toBe(10));
    await first.subscription.commit([at(0, 10)], 1);

    const second = await joinGroup(other);
    await until(() => expect(first.assigned.length + second.assigned.length).toBe(4));
    expect(first.story).toEqual(['assigned 1', 'revoked 1', 'assigned 2']);
    for (const partition of [0, 1, 2, 3]) await append(transport, partition, named(`${partition}-`, 10));
    await until(() => expect(first.all().length + second.all().length).toBe(50));
    for (const member of [first, second]) {
      for (const batch of member.batches.filter(({ epoch }) => epoch === member.epoch)) {
        expect(member.assigned).toContainEqual({ topic: 't', partition: batch.partition });
      }
    }

    await second.subscription.close();
    await until(() => expect(first.assigned.length).toBe(4));
    expect(first.story.slice(3)).toEqual(['revoked 2', 'assigned 3']);
  });

  test('an older epoch, and a partition of another member, cannot commit', async () => {
    await using broker = await cluster(2);
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await using other = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    const first = await joinGroup(transport);
    await append(transport, 0, ['a']);
    await append(transport, 1, ['b']);
    await until(() => expect(first.all().length).toBe(2));
    const second = await joinGroup(other);
    await until(() => expect([first.assigned.length, second.assigned.length]).toEqual([1, 1]));
    const fenced = { code: 'fenced', facts: { group: 'g' } };
    await expect(first.subscription.commit([at(0, 1)], 1)).rejects.toMatchObject(fenced);
    const foreign = second.assigned[0]?.partition ?? 0;
    await expect(first.subscription.commit([at(foreign, 1)], first.epoch)).rejects.toMatchObject(fenced);
    expect(await transport.committed('g', 't')).toEqual([]);
    const own = first.assigned[0]?.partition ?? 0;
    await first.subscription.commit([at(own, 1)], first.epoch);
    expect(await transport.committed('g', 't')).toEqual([at(own, 1)]);
  });

  test.each(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS'] as const)(
    'a commit answered with %s is fenced',
    async (code) => {
      await using broker = await cluster(1);
      await using transport = await connected({ brokers: broker.brokers });
      await append(transport, 0, ['a']);
      const member = await joinGroup(transport);
      await until(() => expect(member.all().length).toBe(1));
      broker.faults.on('OffsetCommit').fail(code);
      await expect(member.subscription.commit([at(0, 1)], member.epoch)).rejects.toMatchObject({ code: 'fenced' });
    },
  );

  test('a commit is repeated while the coordinator is not well', async () => {
    await using broker = await cluster(1);
    await using transport = await connected({ brokers: broker.brokers });
    await append(transport, 0, ['a']);
    const member = await joinGroup(transport);
    await until(() => expect(member.all().length).toBe(1));
    broker.faults.on('OffsetCommit').fail('COORDINATOR_LOAD_IN_PROGRESS').times(2);
    await member.subscription.commit([at(0, 1)], member.epoch);
    expect(await transport.committed('g', 't')).toEqual([at(0, 1)]);
  });

  test('survives a handler that is busy for longer than the session: heartbeats go on', async () => {
    await using broker = await startMockBroker({ minSessionTimeoutMs: 100, topics: [{ name: 't', partitions: 1 }] });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await append(transport, 0, ['a']);
    const member = await joinGroup(transport, { sessionTimeoutMs: 400 });
    await until(() => expect(member.all().length).toBe(1));
    let beats = 0;
    const stop = broker.on('request', ({ api }) => {
      if (api === 'Heartbeat') beats += 1;
    });
    // The record is not committed yet: its handler is still at work.
    await until(() => expect(beats).toBeGreaterThan(8));
    stop();
    expect(member.story).toEqual(['assigned 1']);
    await member.subscription.commit([at(0, 1)], 1);
  });
});
