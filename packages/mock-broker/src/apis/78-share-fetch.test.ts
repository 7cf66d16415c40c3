import { describe, expect, test } from 'vitest';
import { Signal } from '../log/signal.ts';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { shareReader } from '../testing/share-reader.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';

const ACCEPT = 1;
const RELEASE = 2;
const REJECT = 3;
const RENEW = 4;

/** A topic of which group `s` reads everything. */
function cluster() {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  under.cluster.groups.settings.configsOf('s').set('share.auto.offset.reset', 'earliest');
  const share = () =>
    under.cluster.groups.shares.find('s', { topicId: under.cluster.catalog.byName('t')!.id, index: 0 });
  return {
    under,
    produce: (...values: string[]) => produce(under, 't', { values }),
    start: () => share()?.startOffset,
  };
}

describe('records', () => {
  test('go to one member each, and the start follows what is done', async () => {
    const { under, produce, start } = cluster();
    await produce('a', 'b');
    await produce('c');
    const [one, other] = [shareReader(under, 'm1'), shareReader(under, 'm2')];
    expect(await one.fetch({ maxRecords: 2 })).toBe('0-1 x1');
    expect(await other.fetch()).toBe('2-2 x1');
    expect(await one.acknowledge([1, 1, ACCEPT])).toBe('NONE');
    expect(start()).toBe(0);
    expect(await one.acknowledge([0, 0, REJECT])).toBe('NONE');
    expect(start()).toBe(2);
    expect(await other.fetch({}, [[2, 2, ACCEPT]])).toBe('');
    expect(start()).toBe(3);
  });

  test('come with their batches', async () => {
    const { under, produce } = cluster();
    await produce('a', 'b');
    expect(await shareReader(under, 'm').values()).toEqual(['a', 'b']);
  });

  test('released come again, to anybody, at most five times', async () => {
    const { under, produce, start } = cluster();
    await produce('a');
    for (let turn = 1; turn <= 5; turn += 1) {
      const reader = shareReader(under, `m${turn}`);
      expect(await reader.fetch()).toBe(`0-0 x${turn}`);
      expect(await reader.acknowledge([0, 0, RELEASE])).toBe('NONE');
    }
    expect(await shareReader(under, 'last').fetch()).toBe('');
    expect(start()).toBe(1);
  });

  test('are free again when their lock ends; renewing it puts that off', async () => {
    const { under, produce } = cluster();
    await produce('a', 'b');
    const [one, other] = [shareReader(under, 'm1'), shareReader(under, 'm2')];
    await one.fetch();
    under.clock.advance(20_000);
    expect(await one.acknowledge([1, 1, RENEW])).toBe('NONE');
    under.clock.advance(10_000);
    expect(await other.fetch()).toBe('0-0 x2');
    expect(await one.acknowledge([0, 0, ACCEPT])).toBe('INVALID_RECORD_STATE');
    under.clock.advance(20_000);
    expect(await other.fetch()).toBe('1-1 x2');
  });

  test('are acknowledged wholly or not at all', async () => {
    const { under, produce, start } = cluster();
    await produce('a', 'b');
    const reader = shareReader(under, 'm');
    await reader.fetch({ maxRecords: 1, shareAcquireMode: 1 });
    await shareReader(under, 'other').fetch();
    expect(await reader.acknowledge([0, 1, ACCEPT])).toBe('INVALID_RECORD_STATE');
    expect(start()).toBe(0);
    expect(await reader.acknowledge([0, 0, 9])).toBe('INVALID_REQUEST');
    expect(await reader.acknowledge([50, 50, ACCEPT])).toBe('INVALID_REQUEST');
    expect(await reader.fetch({}, [[0, 0, RENEW]])).toBe('INVALID_REQUEST');
    expect(await reader.acknowledge([0, 0, [ACCEPT, ACCEPT]])).toBe('INVALID_REQUEST');
    expect(await reader.acknowledge([0, 0, [ACCEPT]])).toBe('NONE');
  });

  test('come in whole batches, or strictly as many as were asked for; ranges are as long as the client likes', async () => {
    const { under, produce } = cluster();
    await produce('a', 'b', 'c');
    expect(await shareReader(under, 'm1').fetch({ maxRecords: 1, shareAcquireMode: 1 })).toBe('0-0 x1');
    expect(await shareReader(under, 'm2').fetch({ maxRecords: 1, batchSize: 1 })).toBe('1-1 x1, 2-2 x1');
  });

  test('are locked by the partition’s limit at most', async () => {
    const { under, produce } = cluster();
    under.cluster.groups.settings.configsOf('s').set('share.partition.max.record.locks', '2');
    await produce('a', 'b', 'c');
    const reader = shareReader(under, 'm');
    expect(await reader.fetch()).toBe('0-1 x1');
    expect(await reader.fetch({}, [[0, 1, ACCEPT]])).toBe('2-2 x1');
  });
});

describe('a new group', () => {
  test('begins at the end, unless its config says otherwise', async () => {
    const { under, produce } = cluster();
    under.cluster.groups.settings.configsOf('s').unset('share.auto.offset.reset');
    await produce('a');
    const reader = shareReader(under, 'm');
    expect(await reader.fetch()).toBe('');
    await produce('b');
    expect(await reader.fetch()).toBe('1-1 x1');
  });
});

describe('a transaction', () => {
  test('that is aborted is read by those who do not mind, and never its marker', async () => {
    for (const [level, first] of [
      ['read_committed', '3-3 x1'],
      ['read_uncommitted', '0-0 x1, 3-3 x1'],
    ] as const) {
      const { under, produce } = cluster();
      under.cluster.groups.settings.configsOf('s').set('share.isolation.level', level);
      const producer = await transactionalProducer(under);
      await producer.add('t');
      await producer.send('t', ['aborted']);
      const reader = shareReader(under, 'm');
      expect(await reader.fetch()).toBe(level === 'read_committed' ? '' : '0-0 x1');
      await producer.abort();
      await produce('x');
      await reader.close();
      const again = shareReader(under, 'm2');
      expect(await again.fetch()).toBe(first.replaceAll('3-3', '2-2').replace('0-0 x1', '0-0 x2'));
    }
  });
});

describe('a fetch', () => {
  test('waits for an append, a release, or its time', async () => {
    const { under, produce } = cluster();
    const [one, other] = [shareReader(under, 'm1'), shareReader(under, 'm2')];
    const first = one.fetch({ maxWaitMs: 1000 });
    await settle();
    await produce('a');
    expect(await first).toBe('0-0 x1');
    const second = other.fetch({ maxWaitMs: 1000 });
    await settle();
    await one.acknowledge([0, 0, RELEASE]);
    expect(await second).toBe('0-0 x2');
    const third = one.fetch({ maxWaitMs: 1000 });
    await settle();
    under.clock.advance(1000);
    expect(await third).toBe('');
  });
});

describe('a session', () => {
  test('counts its requests, and is known to its member alone', async () => {
    const { under } = cluster();
    const reader = shareReader(under, 'm');
    expect(await reader.fetch({ shareSessionEpoch: 1 })).toBe('SHARE_SESSION_NOT_FOUND');
    expect(await reader.acknowledge([0, 0, ACCEPT])).toBe('INVALID_SHARE_SESSION_EPOCH');
    expect(await reader.fetch({}, [[0, 0, ACCEPT]])).toBe('INVALID_REQUEST');
    expect(await reader.fetch()).toBe('');
    expect(await reader.fetch({ shareSessionEpoch: 5 })).toBe('INVALID_SHARE_SESSION_EPOCH');
    expect(await reader.fetch()).toBe('');
  });

  test('that ends frees what its member had', async () => {
    const { under, produce } = cluster();
    await produce('a');
    const reader = shareReader(under, 'm');
    await reader.fetch();
    expect(await reader.close()).toBe('NONE');
    expect(await reader.fetch()).toBe('SHARE_SESSION_NOT_FOUND');
    expect(await shareReader(under, 'other').fetch()).toBe('0-0 x2');
  });

  test('ends with its connection', async () => {
    const { under, produce } = cluster();
    await produce('a');
    await shareReader(under, 'm').fetch();
    expect(under.closed).toBeInstanceOf(Signal);
    under.closed.fire();
    expect(await shareReader(under, 'other').fetch()).toBe('0-0 x2');
  });
});
