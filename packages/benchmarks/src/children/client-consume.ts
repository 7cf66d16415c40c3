import { kafka } from '@eventstream/transport-kafka';
import { Consumer } from '@platformatic/kafka';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import type { NodeClient } from '../support/client-peers.ts';
import { topic } from '../support/contract.ts';
import { plainKafkajs } from '../support/plain-kafkajs.ts';

const { client, brokers, events } = settings<{ client: NodeClient; brokers: string; events: number }>();

/** The first tenth warms up and is not counted. */
const warmUp = Math.floor(events / 10);
let read = 0;
let size = 0;
let cpuMicros = cpuSince();
let began = 0;
let counted = 0;
let finish: () => void = () => undefined;
const done = new Promise<void>((resolve) => {
  finish = resolve;
});

/** So many values were looked at. */
function saw(count: number): void {
  const before = read;
  read += count;
  if (before < warmUp && read >= warmUp) {
    cpuMicros = cpuSince();
    began = performance.now();
    counted = read;
  }
  if (read >= events) finish();
}

const group = `bench-${process.pid}`;

async function ours(): Promise<() => Promise<unknown>> {
  const transport = kafka({ brokers });
  await transport.connect();
  const ignore = () => undefined;
  const subscription = await transport.subscribe({
    group,
    topics: [topic],
    startFrom: 'earliest',
    onAssigned: ignore,
    onRevoked: ignore,
    onRecords: ({ records }) => {
      for (const { value } of records) size += value?.length ?? 0;
      saw(records.length);
    },
    onError: (error) => {
      throw error;
    },
  });
  return () => subscription.close().then(() => transport.close());
}

async function bareKafkajs(): Promise<() => Promise<unknown>> {
  const consumer = plainKafkajs(brokers).consumer({ groupId: group });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch: { messages } }) => {
      for (const { value } of messages) size += value?.length ?? 0;
      saw(messages.length);
    },
  });
  return () => consumer.disconnect();
}

async function platformatic(): Promise<() => Promise<unknown>> {
  const consumer = new Consumer({ clientId: 'peer', groupId: group, bootstrapBrokers: brokers.split(',') });
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
  stream.on('data', ({ value }) => {
    size += value?.length ?? 0;
    saw(1);
  });
  return async () => consumer.close(true);
}

const close = await { ours, kafkajs: bareKafkajs, platformatic }[client]();
await done;
const [seconds, cpu] = [(performance.now() - began) / 1000, cpuMicros()];
report({ perSecond: (read - counted) / seconds, cpuPerEvent: cpu / (read - counted), bytes: size });
await close();
