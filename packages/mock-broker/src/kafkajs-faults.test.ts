import { Kafka, logLevel, type Producer } from 'kafkajs';
import { describe, expect } from 'vitest';
import type { MockBroker } from './broker.ts';
import type { FaultSelector } from './faults/selector.ts';
import { test } from './vitest/index.ts';

const retry = { initialRetryTime: 5, retries: 5 };

function client(broker: MockBroker, requestTimeout = 200): Kafka {
  return new Kafka({ brokers: broker.brokers, clientId: 'shop', logLevel: logLevel.NOTHING, retry, requestTimeout });
}

async function connected(broker: MockBroker): Promise<Producer> {
  const producer = client(broker).producer({ retry });
  await producer.connect();
  return producer;
}

const send = (producer: Producer) => producer.send({ topic: 'orders', messages: [{ partition: 0, value: 'v' }] });
const stored = async (broker: MockBroker) => (await broker.topic('orders').records()).length;

/** What is done, and how often the record then lies in the log: once where the first try was not applied, else twice. */
const kinds: [string, (produce: FaultSelector, broker: MockBroker) => unknown, number][] = [
  ['fail, at the request', (produce) => produce.fail('NOT_LEADER_OR_FOLLOWER'), 1],
  ['fail, one partition', (produce) => produce.topic('orders').partition(0).fail('NOT_LEADER_OR_FOLLOWER'), 1],
  ['fail, at the answer', (produce) => produce.at('answer').fail('NOT_LEADER_OR_FOLLOWER'), 2],
  ['delay, at the frame', (produce) => produce.at('frame').delay(10), 1],
  ['delay, at the request', (produce) => produce.delay(10), 1],
  ['delay, at the answer', (produce) => produce.at('answer').delay(10), 1],
  ['delay, longer than the client waits', (produce) => produce.at('answer').delay('300ms'), 2],
  ['disconnect, at the frame', (produce) => produce.at('frame').disconnect(), 1],
  ['disconnect, at the request', (produce) => produce.disconnect(), 1],
  ['disconnect, at the answer', (produce) => produce.at('answer').disconnect(), 2],
  ['applied, then an error', (produce) => produce.applyThen('NOT_LEADER_OR_FOLLOWER'), 2],
  ['applied, then disconnect', (produce) => produce.applyThen('disconnect'), 2],
  ['reply, another answer', (produce) => produce.reply((answer) => withError(answer, 6)), 2],
  ['corrupt records, on their way in', (produce) => produce.at('request').corruptRecords(), 1],
  ['cut, in the middle of the answer', (produce) => produce.cut(9), 2],
  ['stall, in the middle of the answer, for a while', (produce) => produce.stall(9, '20ms'), 1],
];

/** kafkajs goes on writing to a connection that no longer answers, so these end with its patience. */
const silences: [string, (produce: FaultSelector) => unknown, number][] = [
  ['silence, at the frame', (produce) => produce.at('frame').silence(), 0],
  ['silence, at the request', (produce) => produce.silence(), 0],
  ['silence, at the answer', (produce) => produce.at('answer').silence(), 1],
  ['applied, then silence', (produce) => produce.applyThen('silence'), 1],
  ['stall, in the middle of the answer, for ever', (produce) => produce.stall(9), 1],
];

function withError(answer: object, errorCode: number): object {
  const { responses } = answer as { responses: { partitionResponses: object[] }[] };
  return {
    ...answer,
    responses: responses.map((topic) => ({
      ...topic,
      partitionResponses: topic.partitionResponses.map((one) => ({ ...one, errorCode, baseOffset: -1n })),
    })),
  };
}

describe('what kafkajs makes of a fault in Produce, having sent one record', () => {
  test.override({ brokerOptions: { topics: [{ name: 'orders' }] } });

  for (const [what, place, copies] of kinds) {
    test(`${what}: stored ${copies === 1 ? 'once' : 'twice'}`, async ({ broker }) => {
      const producer = await connected(broker);
      place(broker.faults.on('Produce').client('shop'), broker);
      await send(producer);
      await producer.disconnect();
      expect(await stored(broker)).toBe(copies);
      expect(broker.faults.history()).toHaveLength(1);
    });
  }

  for (const [what, place, copies] of silences) {
    test(`${what}: times out, stored ${copies === 1 ? 'once' : 'never'}`, async ({ broker }) => {
      const producer = client(broker, 50).producer({ retry: { ...retry, retries: 1 } });
      await producer.connect();
      place(broker.faults.on('Produce'));
      await expect(send(producer)).rejects.toThrow('timed out');
      expect(await stored(broker)).toBe(copies);
      await producer.disconnect();
    });
  }

  for (const at of ['frame', 'request', 'answer'] as const) {
    test(`hold, at the ${at}: it waits for the gate`, async ({ broker }) => {
      const producer = await connected(broker);
      const gate = broker.faults.gate();
      broker.faults.on('Produce').at(at).hold(gate);
      const sent = send(producer);
      await gate.reached();
      expect(await stored(broker)).toBe(at === 'answer' ? 1 : 0);
      gate.open();
      await sent;
      await producer.disconnect();
      expect(await stored(broker)).toBe(1);
    });
  }

  test('corrupt, at the frame: what came is what is served', async ({ broker }) => {
    const producer = await connected(broker);
    broker.faults.on('Produce').at('frame').corrupt(-1);
    await send(producer);
    await producer.disconnect();
    expect(await stored(broker)).toBe(1);
  });

  test('corrupt, on the wire: an error the broker never meant', async ({ broker }) => {
    const admin = client(broker).admin({ retry: { retries: 0 } });
    await admin.connect();
    broker.faults.on('ListGroups').corrupt(4);
    await expect(admin.listGroups()).rejects.toThrow();
    await admin.disconnect();
  });

  test('corrupt records, on their way out: kafkajs, which checks no checksum, reads them', async ({ broker }) => {
    const producer = await connected(broker);
    await send(producer);
    await producer.disconnect();
    broker.faults.on('Fetch').corruptRecords();
    const consumer = client(broker, 5000).consumer({ groupId: 'g', maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders', fromBeginning: true });
    const read = new Promise(
      (resolve) => void consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) }),
    );
    expect(await read).toBe('v');
    await consumer.disconnect();
  });

  test('one client is black-holed, another is served', async ({ broker }) => {
    broker.faults.on('*').client('shop').silence().always();
    const unheard = client(broker, 50).admin({ retry: { retries: 0 } });
    await unheard.connect().catch(() => undefined);
    await expect(unheard.listTopics()).rejects.toThrow();
    const other = new Kafka({ brokers: broker.brokers, clientId: 'bank', logLevel: logLevel.NOTHING }).admin();
    await other.connect();
    expect(await other.listTopics()).toEqual(['orders']);
    await Promise.all([other.disconnect(), unheard.disconnect()]);
  });
});

describe('one partition of several', () => {
  test.override({ brokerOptions: { topics: [{ name: 'orders', partitions: 3 }] } });

  test('one is refused, the others are stored at once', async ({ broker }) => {
    broker.faults.on('Produce').topic('orders').partition(1).fail('KAFKA_STORAGE_ERROR');
    const producer = await connected(broker);
    const messages = [0, 1, 2].map((partition) => ({ partition, value: `${partition}` }));
    const sent = producer.send({ topic: 'orders', messages }).catch((error: Error) => error);
    await broker.waitForRequests(1, { api: 'Produce' });
    await sent;
    await producer.disconnect();
    const partitions = (await broker.topic('orders').records()).map(({ partition }) => partition);
    expect(partitions).toContain(0);
    expect(partitions).toContain(2);
  });
});
