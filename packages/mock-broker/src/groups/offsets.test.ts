import { describe, expect, test } from 'vitest';
import { type CommittedOffset, OffsetStore } from './offsets.ts';

const at = (offset: bigint, partition = 0, topic = 't'): CommittedOffset => ({
  topic,
  topicId: 'id',
  partition,
  offset,
  leaderEpoch: -1,
  metadata: null,
  commitTimestamp: 0,
});

describe('offsets of a transaction', () => {
  test('are seen once it is committed, and make the offset unstable until then', () => {
    const store = new OffsetStore();
    store.commit(at(1n));
    store.hold(7n, at(5n));
    expect([store.get('t', 0)?.offset, store.isUnstable('t', 0), store.isUnstable('t', 1)]).toEqual([1n, true, false]);
    expect(store.decide(7n, true)).toEqual([at(5n)]);
    expect([store.get('t', 0)?.offset, store.isUnstable('t', 0)]).toEqual([5n, false]);
  });

  test('are forgotten when it is aborted', () => {
    const store = new OffsetStore();
    store.hold(7n, at(5n));
    expect(store.decide(7n, false)).toEqual([]);
    expect([store.get('t', 0), store.isUnstable('t', 0), store.topics()]).toEqual([undefined, false, []]);
  });

  test('yield to a plain commit that came after them', () => {
    const store = new OffsetStore();
    store.hold(7n, at(5n));
    store.commit(at(20n));
    expect(store.decide(7n, true)).toEqual([]);
    expect(store.get('t', 0)?.offset).toBe(20n);
  });

  test('of one producer do not touch those of another; the last of one partition counts', () => {
    const store = new OffsetStore();
    store.hold(7n, at(5n));
    store.hold(7n, at(6n));
    store.hold(8n, at(9n, 1));
    store.decide(7n, true);
    expect([store.get('t', 0)?.offset, store.get('t', 1), store.isUnstable('t', 1)]).toEqual([6n, undefined, true]);
  });

  test('go with their partition and topic', () => {
    const store = new OffsetStore();
    store.hold(7n, at(5n));
    store.hold(7n, at(6n, 1));
    store.hold(7n, at(6n, 0, 'other'));
    store.delete('t', 0);
    store.deleteTopic('other');
    expect(store.decide(7n, true)).toEqual([at(6n, 1)]);
  });
});
