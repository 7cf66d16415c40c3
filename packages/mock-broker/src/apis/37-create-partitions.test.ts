import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

type Overrides = {
  name?: string;
  count?: number;
  assignments?: { brokerIds: number[] }[] | null;
  validateOnly?: boolean;
};

async function grow({ validateOnly = false, ...overrides }: Overrides) {
  const under = clusterUnderTest({ nodes: 2, topics: [{ name: 't', partitions: 2 }] });
  const topics = [{ name: 't', count: 4, assignments: null, ...overrides }];
  const answer = await under.call(messages.createPartitions, { version: 3 }, { topics, timeoutMs: 1, validateOnly });
  const leaders = under.cluster.catalog.byName('t')?.partitions.map(({ leader }) => leader);
  return { errorCode: answer.results[0]?.errorCode, leaders };
}

test('grows a topic', async () => {
  expect(await grow({})).toEqual({ errorCode: 0, leaders: [1, 2, 1, 2] });
  expect(await grow({ count: 3, assignments: [{ brokerIds: [2] }] })).toEqual({ errorCode: 0, leaders: [1, 2, 2] });
});

test('more than a controller makes at once is refused before anything is made', async () => {
  expect(await grow({ count: 2 ** 31 - 1 })).toEqual({ errorCode: errorCodes.POLICY_VIOLATION, leaders: [1, 2] });
});

test('a trial changes nothing', async () => {
  expect(await grow({ validateOnly: true })).toEqual({ errorCode: 0, leaders: [1, 2] });
});

test.each([
  ['to shrink', { count: 1 }, 'INVALID_PARTITIONS'],
  ['to stay', { count: 2 }, 'INVALID_PARTITIONS'],
  ['an unknown topic', { name: 'nope' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
  ['too few assignments', { assignments: [{ brokerIds: [1] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
  ['an unknown node', { count: 3, assignments: [{ brokerIds: [9] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
] as const)('refuses %s', async (_name, overrides, error) => {
  expect(await grow(overrides as Overrides)).toEqual({ errorCode: errorCodes[error], leaders: [1, 2] });
});

test('a topic named twice is answered once and does not grow', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const wish = { name: 't', count: 3, assignments: null };
  const answer = await under.call(
    messages.createPartitions,
    { version: 3 },
    { topics: [wish, wish], timeoutMs: 1000, validateOnly: false },
  );
  expect(answer.results.map(({ errorCode }) => errorCode)).toEqual([errorCodes.INVALID_REQUEST]);
  expect(under.cluster.catalog.byName('t')!.partitions).toHaveLength(1);
});
