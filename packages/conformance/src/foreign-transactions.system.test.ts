// needs: confluent-kafka, kafka-python, aiokafka, go, node-24
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aiokafka,
  confluentKafka,
  franzGo,
  kafkaPython,
  platformatic1,
  platformatic2,
  sarama,
} from './foreign/clients.ts';
import { departure, none, valuesIn, valuesOf } from './foreign/matrix.ts';

/**
 * What each does: commit ten records, abort ten, commit ten more together with a group's offset, and then read what is
 * committed. `offset` is that offset: some read the first ten in that group, others name a number.
 */
const clients = [
  { client: confluentKafka, offset: 5 },
  { client: kafkaPython, offset: 5 },
  { client: aiokafka, offset: 5 },
  { client: sarama, offset: 5 },
  { client: franzGo, offset: 10 },
  { client: platformatic1, offset: 10 },
  { client: platformatic2, offset: 10 },
].map(({ client, offset }) => ({ name: client.name, client, offset }));

describe.each([1, 2] as const)('on three nodes with transaction.version %d', (transactionVersion) => {
  let broker: MockBroker;
  beforeAll(async () => {
    broker = await startMockBroker({ nodes: 3, transactionVersion });
  });
  afterAll(() => broker.close());

  test.each(clients)(
    '$name commits, aborts, commits offsets, and reads what is committed',
    async ({ client, offset }) => {
      const topic = `transactions-of-${client.id}`;
      broker.createTopic({ name: topic, partitions: 1 });
      const output = await client.run('transact', broker.bootstrapServers, topic, client.id);

      const committed = [...valuesOf(client, 10), ...valuesOf(client, 10, 20)];
      const stored = async (isolation: 'committed' | 'uncommitted') =>
        (await broker.topic(topic).records({ isolation })).map(({ value }) => String(value));
      expect(departure(await stored('uncommitted'), valuesOf(client, 30)), 'all that was sent').toEqual(none);
      expect(await stored('committed'), 'what is committed').toEqual(committed);
      expect(valuesIn(output.split('--\n').at(-1) ?? ''), 'what the client then reads').toEqual(committed);
      expect(broker.group(`${client.id}-group`)?.offsets).toMatchObject([{ topic, partition: 0, offset }]);
      expect(broker.transaction(client.id)?.state).toBe('CompleteCommit');
    },
  );
});
