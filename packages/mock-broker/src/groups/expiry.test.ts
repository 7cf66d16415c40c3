import { messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember, subscription } from '../testing/group-member.ts';
import { modernMember } from '../testing/modern-member.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';
import { OffsetExpiry } from './expiry.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** What a classic member says when it commits. */
const of = ({ memberId, generationId }: { memberId: string; generationId: number }) => {
  return { memberId, generationIdOrMemberEpoch: generationId };
};

function expiring() {
  const under = clusterUnderTest({ topics: [{ name: 't' }, { name: 'other' }] });
  const expiry = new OffsetExpiry(under.cluster);
  return {
    under,
    expiry,
    commit(topic = 't', claim: object = {}, version = 7) {
      const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }];
      const request = { groupId: 'g', memberId: '', topics: [{ name: topic, partitions }], ...claim };
      return under.call(messages.offsetCommit, { version }, request);
    },
    /** Topics with offsets; `undefined` when the group is gone. */
    left: () => under.cluster.groups.find('g')?.offsets.topics(),
    afterMs(ms: number) {
      under.clock.advance(ms);
      expiry.expire();
    },
  };
}

describe('offsets', () => {
  test('committed without a group go a week after their commit, and the group with them', async () => {
    const { commit, left, afterMs } = expiring();
    await commit();
    afterMs(WEEK_MS - 1);
    expect(left()).toEqual(['t']);
    afterMs(1);
    expect(left()).toBeUndefined();
  });

  test('of a group go a week after its last member, not after their commit', async () => {
    const { under, commit, left, afterMs } = expiring();
    const member = await groupMember(under, { sessionTimeoutMs: 1_800_000 }).enter();
    await commit('t', of(member));
    for (let hours = 0; hours < 24 * 8; hours += 0.25) {
      under.clock.advance(900_000);
      await member.heartbeat();
    }
    afterMs(0);
    expect(left()).toEqual(['t']);
    await member.leave();
    afterMs(WEEK_MS - 1);
    expect(left()).toEqual(['t']);
    afterMs(1);
    expect(left()).toBeUndefined();
  });

  test('of a topic nobody subscribes to go while members are there; not if they are no consumers', async () => {
    for (const [protocolType, expected] of [
      ['consumer', ['t']],
      ['connect', ['t', 'other']],
    ] as const) {
      const { under, expiry, commit, left } = expiring();
      under.cluster.brokerConfigs.set('offsets.retention.minutes', '1');
      const protocols = [{ name: 'range', metadata: subscription('t') }];
      const member = await groupMember(under, { protocolType, protocols, sessionTimeoutMs: 100_000 }).enter();
      await commit('t', of(member));
      await commit('other', of(member));
      under.clock.advance(60_000);
      expiry.expire();
      expect(left()).toEqual(expected);
    }
  });

  test('of a consumer group go by their commit, but for topics in use', async () => {
    const { under, commit, left, afterMs } = expiring();
    under.cluster.brokerConfigs.set('offsets.retention.minutes', '1');
    await commit('other');
    const member = modernMember(under, 'a');
    await member.join();
    await member.commit(1n);
    under.clock.advance(30_000);
    await member.beat();
    afterMs(30_000);
    expect(left()).toEqual(['t']);
    await member.leave();
    afterMs(0);
    expect(left()).toBeUndefined();
  });

  test('stay as long as an old client said', async () => {
    const { commit, left, afterMs } = expiring();
    await commit('t', { retentionTimeMs: 5000n }, 4);
    await commit('other', { retentionTimeMs: -1n }, 4);
    afterMs(4999);
    expect(left()).toEqual(['t', 'other']);
    afterMs(1);
    expect(left()).toEqual(['other']);
  });

  test('that a transaction may yet change stay', async () => {
    const { under, commit, left, afterMs } = expiring();
    under.cluster.brokerConfigs.set('offsets.retention.minutes', '1');
    await commit();
    const producer = await transactionalProducer(under, { timeoutMs: 600_000 });
    await producer.offset(5n);
    afterMs(60_000);
    expect(left()).toEqual(['t']);
    await producer.abort();
    afterMs(0);
    expect(left()).toBeUndefined();
  });
});

test('the check runs every ten minutes of the clock until it is stopped', async () => {
  const { under, expiry, commit, left } = expiring();
  expiry.start();
  await commit('t', { retentionTimeMs: 1000n }, 4);
  under.clock.advance(599_999);
  expect(left()).toEqual(['t']);
  under.clock.advance(1);
  expect(left()).toBeUndefined();
  expiry.stop();
  await commit('t', { retentionTimeMs: 1000n }, 4);
  under.clock.advance(1_200_000);
  expect(left()).toEqual(['t']);
});
