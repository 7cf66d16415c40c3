import { errorCodes, messages, zeroUuid } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { deleteTopics: api } = messages;

test('a deleted topic takes its committed offsets along', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const { id: topicId } = under.cluster.catalog.byName('t')!;
  under.cluster.groups.commit('g', {
    topic: 't',
    topicId,
    partition: 0,
    offset: 1n,
    leaderEpoch: 0,
    metadata: '',
    commitTimestamp: 0,
  });
  const answer = await under.call(api, { version: 1 }, { topicNames: ['t', 'nope'], timeoutMs: 1 });
  expect(answer.responses.map(({ errorCode }) => errorCode)).toEqual([0, errorCodes.UNKNOWN_TOPIC_OR_PARTITION]);
  expect(under.cluster.catalog.byName('t')).toBeUndefined();
  expect(under.cluster.groups.find('g')?.offsets.list()).toEqual([]);
});

test('v6 deletes by id', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const { id } = under.cluster.catalog.byName('t')!;
  const ask = () => under.call(api, { version: 6 }, { topics: [{ topicId: id, name: null }], timeoutMs: 1 });
  expect((await ask()).responses[0]).toMatchObject({ name: 't', topicId: id, errorCode: 0 });
  expect((await ask()).responses[0]?.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_ID);
});

test('a topic of the same name is another topic', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const { id } = under.cluster.catalog.byName('t')!;
  await under.call(api, { version: 6 }, { topics: [{ name: 't', topicId: id }], timeoutMs: 1 });
  expect(under.cluster.catalog.create({ name: 't', partitions: 1 }).id).not.toBe(id);
});

test('a topic named twice is refused, and so is one named by nothing or by both name and id', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }, { name: 'u' }] });
  const topicId = under.cluster.catalog.byName('u')!.id;
  const t = { name: 't', topicId: zeroUuid };
  const topics = [t, t, { ...t, name: null }, { name: 'u', topicId }];
  const answer = await under.call(api, { version: 6 }, { topics, timeoutMs: 1000 });
  const { INVALID_REQUEST } = errorCodes;
  expect(answer.responses.map(({ errorCode }) => errorCode)).toEqual([
    INVALID_REQUEST,
    INVALID_REQUEST,
    INVALID_REQUEST,
  ]);
  expect(under.cluster.catalog.list().map(({ name }) => name)).toEqual(['t', 'u']);
});
