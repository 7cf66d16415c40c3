import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { createTopics: api } = messages;
const wish = { name: 'new', numPartitions: 3, replicationFactor: 2, assignments: [], configs: [] };

test('creates a topic and answers what became of it', async () => {
  const under = clusterUnderTest({ nodes: 3 });
  const configs = [{ name: 'retention.ms', value: '5' }];
  const answer = await under.call(api, { version: 7 }, { topics: [{ ...wish, configs }] });
  const topic = under.cluster.catalog.byName('new')!;
  expect(answer.topics[0]).toMatchObject({ errorCode: 0, topicId: topic.id, numPartitions: 3, replicationFactor: 2 });
  expect(answer.topics[0]?.configs?.find(({ name }) => name === 'retention.ms')).toMatchObject({
    value: '5',
    configSource: 1,
  });
  expect(topic.partitions.map(({ replicas }) => replicas)).toEqual([
    [1, 2],
    [2, 3],
    [3, 1],
  ]);
});

test('-1 means the cluster’s defaults', async () => {
  const under = clusterUnderTest({ nodes: 3, partitions: 4 });
  await under.call(api, { version: 4 }, { topics: [{ ...wish, numPartitions: -1, replicationFactor: -1 }] });
  expect(under.cluster.catalog.byName('new')?.partitions).toHaveLength(4);
});

test('the default of replicas is a broker config', async () => {
  const under = clusterUnderTest({ nodes: 3, configs: { 'default.replication.factor': '2' } });
  await under.call(api, { version: 4 }, { topics: [{ ...wish, replicationFactor: -1 }] });
  expect(under.cluster.catalog.byName('new')?.partitions[0]?.replicas).toEqual([1, 2]);
});

test('replicas may be given partition by partition', async () => {
  const under = clusterUnderTest({ nodes: 3 });
  const assignments = [
    { partitionIndex: 0, brokerIds: [3] },
    { partitionIndex: 1, brokerIds: [2, 1] },
  ];
  await under.call(
    api,
    { version: 4 },
    { topics: [{ ...wish, numPartitions: -1, replicationFactor: -1, assignments }] },
  );
  expect(under.cluster.catalog.byName('new')?.partitions.map(({ leader }) => leader)).toEqual([3, 2]);
});

test('validateOnly creates nothing and tells what would be', async () => {
  const under = clusterUnderTest({ nodes: 2 });
  const answer = await under.call(api, { version: 7 }, { topics: [wish], validateOnly: true });
  expect(answer.topics[0]).toMatchObject({ errorCode: 0, numPartitions: 3, replicationFactor: 2 });
  expect(answer.topics[0]?.configs?.map(({ name }) => name)).toContain('retention.ms');
  expect(under.cluster.catalog.list()).toEqual([]);
});

describe('refuses', () => {
  const explicit = { numPartitions: -1, replicationFactor: -1 };
  test.each([
    ['a bad name', { name: 'a b' }, 'INVALID_TOPIC_EXCEPTION'],
    ['a topic that exists', { name: 'old' }, 'TOPIC_ALREADY_EXISTS'],
    ['a name that metrics write like another', { name: 'old_name' }, 'INVALID_TOPIC_EXCEPTION'],
    ['more partitions than memory holds', { numPartitions: 2 ** 31 - 1 }, 'POLICY_VIOLATION'],
    ['no partitions', { numPartitions: 0 }, 'INVALID_PARTITIONS'],
    ['more replicas than nodes', { replicationFactor: 3 }, 'INVALID_REPLICATION_FACTOR'],
    ['an unknown config', { configs: [{ name: 'no.such', value: '1' }] }, 'INVALID_CONFIG'],
    ['a config of the wrong type', { configs: [{ name: 'retention.ms', value: 'soon' }] }, 'INVALID_CONFIG'],
    ['a null config', { configs: [{ name: 'retention.ms', value: null }] }, 'INVALID_CONFIG'],
    [
      'an unknown replica',
      { ...explicit, assignments: [{ partitionIndex: 0, brokerIds: [9] }] },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'a gap in the assignment',
      { ...explicit, assignments: [{ partitionIndex: 1, brokerIds: [1] }] },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    ['count and assignment', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }, 'INVALID_REQUEST'],
  ] as const)('%s', async (_name, overrides, error) => {
    const under = clusterUnderTest({ nodes: 2, topics: [{ name: 'old' }, { name: 'old.name' }] });
    const answer = await under.call(api, { version: 7 }, { topics: [{ ...wish, ...overrides }] });
    expect(answer.topics[0]?.errorCode).toBe(errorCodes[error]);
    expect(under.cluster.catalog.list()).toHaveLength(2);
  });

  test('the same name twice, with one answer', async () => {
    const answer = await clusterUnderTest({ nodes: 2 }).call(api, { version: 7 }, { topics: [wish, wish] });
    expect(answer.topics.map(({ errorCode }) => errorCode)).toEqual([errorCodes.INVALID_REQUEST]);
  });
});

test.each([
  ['3.9', 'NONE'],
  ['4.0', 'INVALID_CONFIG'],
] as const)('Kafka %s answers %s for message.timestamp.difference.max.ms', async (asVersion, error) => {
  const configs = [{ name: 'message.timestamp.difference.max.ms', value: '1000' }];
  const answer = await clusterUnderTest({ nodes: 2, asVersion }).call(
    api,
    { version: 7 },
    { topics: [{ ...wish, configs }] },
  );
  expect(answer.topics[0]?.errorCode).toBe(errorCodes[error]);
});
