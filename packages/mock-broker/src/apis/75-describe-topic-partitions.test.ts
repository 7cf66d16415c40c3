import { errorCodes, messages, type RequestInput } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { describeTopicPartitions: api } = messages;
const topics = [
  { name: 'b', partitions: 3 },
  { name: 'a', partitions: 2 },
];

async function page(request: Partial<RequestInput<typeof api>> = {}) {
  const answer = await clusterUnderTest({ topics }).call(api, { version: 0 }, { topics: [], ...request });
  const shown = answer.topics.map(({ name, partitions }) => `${name}:${partitions.map((one) => one.partitionIndex)}`);
  return { shown, next: answer.nextCursor, errors: answer.topics.map(({ errorCode }) => errorCode) };
}

test('shows all topics in order of their names', async () => {
  expect(await page()).toEqual({ shown: ['a:0,1', 'b:0,1,2'], next: null, errors: [0, 0] });
});

test('pages through partitions', async () => {
  const first = await page({ responsePartitionLimit: 3 });
  expect(first).toMatchObject({ shown: ['a:0,1', 'b:0'], next: { topicName: 'b', partitionIndex: 1 } });
  const second = await page({ responsePartitionLimit: 3, cursor: first.next });
  expect(second).toMatchObject({ shown: ['b:1,2'], next: null });
});

test('a page that ends with a topic points to the next one', async () => {
  expect(await page({ responsePartitionLimit: 2 })).toMatchObject({
    shown: ['a:0,1'],
    next: { topicName: 'b', partitionIndex: 0 },
  });
});

test('an unknown topic has an error of its own', async () => {
  const answer = await page({ topics: [{ name: 'a' }, { name: 'nope' }] });
  expect(answer.errors).toEqual([0, errorCodes.UNKNOWN_TOPIC_OR_PARTITION]);
});
