import { kafka } from '@eventstream/transport-kafka';
import { Consumer, Producer } from '@platformatic/kafka';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import type { NodeClient } from '../support/client-peers.ts';
import { topic } from '../support/contract.ts';
import { latencies, untilAll } from '../support/latencies.ts';
import { openLoop, type Pace } from '../support/pace.ts';
import { plainKafkajs } from '../support/plain-kafkajs.ts';

const { client, brokers, bytes, pace, warmUp } = settings<{
  client: NodeClient;
  brokers: string;
  bytes: number;
  pace: Pace;
  warmUp: Pace;
}>();

type Path = { send(value: Buffer): Promise<unknown>; close(): Promise<unknown> };
type Seen = (value: Uint8Array) => void;

const group = `bench-${process.pid}`;

async function ours(seen: Seen): Promise<Path> {
  const transport = kafka({ brokers });
  await transport.connect();
  const writer = await transport.topic(topic);
  const ignore = () => undefined;
  const subscription = await transport.subscribe({
    group,
    topics: [topic],
    startFrom: 'latest',
    onAssigned: ignore,
    onRevoked: ignore,
    onRecords: ({ records }) => {
      for (const { value } of records) if (value !== null) seen(value);
    },
    onError: (error) => {
      throw error;
    },
  });
  return {
    send: (value) => writer.append(0, null, value, [], Date.now()),
    close: () => subscription.close().then(() => transport.close()),
  };
}

async function bareKafkajs(seen: Seen): Promise<Path> {
  const producer = plainKafkajs(brokers).producer();
  const consumer = plainKafkajs(brokers).consumer({ groupId: group });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic });
  await consumer.run({
    eachBatch: async ({ batch: { messages } }) => {
      for (const { value } of messages) if (value !== null) seen(value);
    },
  });
  return {
    send: (value) => producer.send({ topic, messages: [{ value, partition: 0 }] }),
    close: () => Promise.all([producer.disconnect(), consumer.disconnect()]),
  };
}

async function platformatic(seen: Seen): Promise<Path> {
  const options = { clientId: 'peer', bootstrapBrokers: brokers.split(',') };
  const producer = new Producer(options);
  const consumer = new Consumer({ ...options, groupId: group });
  const stream = await consumer.consume({ topics: [topic], mode: 'latest', autocommit: false });
  stream.on('data', ({ value }) => seen(value));
  return {
    send: (value) => producer.send({ messages: [{ topic, value, partition: 0 }] }),
    close: () => Promise.all([producer.close(), consumer.close(true)]),
  };
}

const arrived: number[] = [];
/** What came before the reader had found the end of the topic is not to be counted: only values of this run are. */
const mark = process.pid;
const { send, close } = await { ours, kafkajs: bareKafkajs, platformatic }[client]((value) => {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (view.getInt32(8) === mark) arrived.push(performance.now() - view.getFloat64(0));
});
const fire = () => {
  const value = Buffer.alloc(bytes);
  value.writeDoubleBE(performance.now(), 0);
  value.writeInt32BE(mark, 8);
  void send(value);
};
// Until one arrives nobody knows whether the reader has its partitions.
while (arrived.length === 0) {
  fire();
  await new Promise((resolve) => setTimeout(resolve, 100));
}
await openLoop(warmUp, fire);
await new Promise((resolve) => setTimeout(resolve, 500));
arrived.length = 0;
const cpuMicros = cpuSince();
await openLoop(pace, fire);
const events = pace.rate * pace.seconds;
await untilAll(arrived, events);
report({ ...latencies(arrived), cpuPerEvent: cpuMicros() / events });
await close();
