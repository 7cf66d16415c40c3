import { setTimeout as pause } from 'node:timers/promises';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import { tickOf, topic } from '../support/contract.ts';
import { plainKafkajs } from '../support/plain-kafkajs.ts';

const { brokers, events, handlerMs } = settings<{ brokers: string; events: number; handlerMs: number }>();

const producer = plainKafkajs(brokers).producer();
await producer.connect();
const value = JSON.stringify(tickOf(100));
await producer.send({ topic, messages: Array.from({ length: events }, () => ({ value })) });
await producer.disconnect();

const consumer = plainKafkajs(brokers).consumer({ groupId: 'bench' });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
let began = 0;
let handled = 0;
let cpuMicros = cpuSince();
const ended = new Promise<number>((resolve) => {
  // The commit after the last message is the end, as it is for us.
  consumer.on(consumer.events.COMMIT_OFFSETS, () => {
    if (handled === events) resolve(performance.now());
  });
});
await consumer.run({
  eachMessage: async () => {
    if (began === 0) {
      began = performance.now();
      cpuMicros = cpuSince();
    }
    await pause(Math.random() * handlerMs);
    handled += 1;
  },
});
report({ seconds: ((await ended) - began) / 1000, cpuPerEvent: cpuMicros() / events });
await consumer.disconnect();
