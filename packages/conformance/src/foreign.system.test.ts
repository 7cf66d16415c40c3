// needs: java, kcat, confluent-kafka, kafka-python, aiokafka, go, node-24
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ForeignClient } from './foreign/client.ts';
import { clients } from './foreign/clients.ts';
import { departure, groupOf, none, type Reading, readAll, valuesOf } from './foreign/matrix.ts';

const count = 100;
const partitions = 3;
const topic = 'from-all';

/**
 * Every client writes to one topic, then every client reads all of it once: the runs grow with the number of clients, and
 * only the comparisons with its square.
 */
describe.each([1, 3] as const)('on a mock broker of %d node(s)', (nodes) => {
  let broker: MockBroker;
  beforeAll(async () => {
    broker = await startMockBroker({ nodes, topics: [{ name: topic, partitions }] });
  });
  afterAll(() => broker.close());

  test.each(clients)(
    '$name writes records, whole and in order, each key on one partition',
    { timeout: 300_000 },
    async (client) => {
      await client.produce(broker.bootstrapServers, topic, count);
      const records = (await broker.topic(topic).records()).filter(({ value }) =>
        String(value).startsWith(`${client.id}#`),
      );
      expect(
        departure(
          records.map(({ value }) => String(value)),
          valuesOf(client, count),
        ),
      ).toEqual(none);
      for (let key = 0; key < 10; key += 1) {
        const ofKey = records.filter((record) => String(record.key) === `key-${key}`);
        expect(
          ofKey.map(({ value }) => Number(String(value).split('#')[1])),
          `the values of key-${key}`,
        ).toEqual(Array.from({ length: count / 10 }, (_, index) => index * 10 + key));
        expect(new Set(ofKey.map(({ partition }) => partition)).size, `the partitions of key-${key}`).toBe(1);
      }
    },
  );

  describe('once all have written', () => {
    let stored: readonly string[];
    let readings: ReadonlyMap<ForeignClient, Reading>;
    beforeAll(async () => {
      // What is there, not what should be: a client that could not write must not make all readers wait for it.
      stored = (await broker.topic(topic).records()).map(({ value }) => String(value));
      readings = await readAll(broker, topic, { clients, count: stored.length });
    }, 300_000);

    describe.each(clients)('$name', (reader) => {
      test('reads to the end in a group, commits and leaves', () => {
        expect(readings.get(reader)?.failure).toBeUndefined();
        const group = broker.group(groupOf(reader));
        const committed = (group?.offsets ?? []).map(({ partition, offset }) => [partition, Number(offset)]);
        const ends = broker.topic(topic).partitions.map(({ index, endOffset }) => [index, Number(endOffset)]);
        expect(committed.sort(), 'committed offsets, by partition').toEqual(ends);
        expect(group?.state).toBe('Empty');
      });

      test.each(clients)('reads what $name wrote', (writer) => {
        const { values = [], failure } = readings.get(reader) ?? {};
        if (failure !== undefined) expect.fail(`${reader.name} did not read to the end; its test above says why.`);
        const ofWriter = (all: readonly string[]) => all.filter((value) => value.startsWith(`${writer.id}#`));
        expect(ofWriter(stored)).not.toEqual([]);
        expect(departure(ofWriter(values), ofWriter(stored))).toEqual(none);
      });
    });
  });
});
