// needs: confluent-kafka, go, node-24
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confluentKafka, confluentShare, franzGo, platformatic1, platformatic2 } from './foreign/clients.ts';
import { departure, none, valuesIn, valuesOf } from './foreign/matrix.ts';

const count = 100;
const topic = 'records';

/** Groups whose partitions the broker assigns (KIP-848). */
describe.each([1, 3] as const)('on a mock broker of %d node(s)', (nodes) => {
  let broker: MockBroker;
  beforeAll(async () => {
    broker = await startMockBroker({ nodes, topics: [{ name: topic, partitions: 3 }] });
    await franzGo.produce(broker.bootstrapServers, topic, count);
  });
  afterAll(() => broker.close());

  test.each([confluentKafka, franzGo, platformatic1, platformatic2])(
    '$name reads in a group of type consumer, commits and leaves',
    async (client) => {
      const group = `group-of-${client.id}`;
      const types = new Set<string | undefined>();
      const stop = broker.on('commit', ({ groupId }) => types.add(broker.group(groupId)?.type));
      const output = await client.run('consume', broker.bootstrapServers, topic, String(count), group, 'consumer');
      stop();

      expect(departure(valuesIn(output), valuesOf(franzGo, count))).toEqual(none);
      expect([...types], 'the type of the group at its commits').toEqual(['consumer']);
      const committed = (broker.group(group)?.offsets ?? []).map(({ partition, offset }) => [partition, offset]);
      const ends = broker.topic(topic).partitions.map(({ index, endOffset }) => [index, endOffset]);
      expect(committed.sort(), 'committed offsets, by partition').toEqual(ends);
      expect(broker.group(group)?.members).toEqual([]);
    },
  );
});

test('librdkafka’s share consumer accepts, releases and rejects, and is told how often a record came', async () => {
  await using broker = await startMockBroker({ topics: [{ name: topic, partitions: 1 }] });
  const output = await confluentShare.run('share', broker.bootstrapServers, topic, 'shared');
  const told = output.split('\n').filter((line) => / x\d+$/.test(line));
  expect(told.sort()).toEqual(['accept x1', 'reject x1', 'release x1', 'release x2']);
});
