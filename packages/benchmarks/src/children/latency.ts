import { createConsumer } from '@eventstream/consumer';
import { createProducer } from '@eventstream/producer';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import { bench, tickOf, topic } from '../support/contract.ts';
import { latencies, untilAll } from '../support/latencies.ts';
import { openLoop, type Pace } from '../support/pace.ts';
import { plainKafkajs } from '../support/plain-kafkajs.ts';

const { client, brokers, bytes, pace, warmUpSeconds } = settings<{
  client: 'sdk' | 'kafkajs';
  brokers: string;
  bytes: number;
  pace: Pace;
  warmUpSeconds: number;
}>();

interface Path {
  send(at: number): Promise<unknown>;
  close(): Promise<unknown>;
}

async function sdk(seen: (at: number) => void): Promise<Path> {
  const producer = createProducer({ catalog: bench, source: 'bench', transport: kafkajs({ brokers }) });
  const consumer = createConsumer({
    catalog: bench,
    group: 'bench',
    transport: kafkajs({ brokers }),
    handlers: { 'bench.tick': ({ data }) => seen(data.at) },
  });
  const running = consumer.run();
  await consumer.ready;
  return {
    send: (at) => producer.send('bench.tick', tickOf(bytes, at)),
    close: () => Promise.all([producer.close(), consumer.close(), running]),
  };
}

async function peer(seen: (at: number) => void): Promise<Path> {
  const producer = plainKafkajs(brokers).producer();
  const consumer = plainKafkajs(brokers).consumer({ groupId: 'bench' });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic, fromBeginning: true });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    eachMessage: async ({ message }) => seen((JSON.parse(String(message.value)) as { at: number }).at),
  });
  await joined;
  return {
    send: (at) => producer.send({ topic, messages: [{ value: JSON.stringify(tickOf(bytes, at)) }] }),
    close: () => Promise.all([producer.disconnect(), consumer.disconnect()]),
  };
}

const arrived: number[] = [];
const { send, close } = await (client === 'sdk' ? sdk : peer)((at) => arrived.push(performance.now() - at));
// The first event by itself: finding the topic, and a fetch that waits where nothing is, end with it.
const beforeFirst = performance.now();
await send(beforeFirst);
await untilAll(arrived, 1);
const firstMs = arrived[0];
await openLoop({ rate: pace.rate, seconds: warmUpSeconds }, (due) => void send(due));
await untilAll(arrived, 1 + pace.rate * warmUpSeconds);

arrived.length = 0;
const cpuMicros = cpuSince();
await openLoop(pace, (due) => void send(due));
const events = pace.rate * pace.seconds;
await untilAll(arrived, events);
report({ ...latencies(arrived), firstMs, cpuPerEvent: cpuMicros() / events });
await close();
