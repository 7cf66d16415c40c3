import { setTimeout as pause } from 'node:timers/promises';
import { createConsumer } from '@eventstream/consumer';
import { createProducer } from '@eventstream/producer';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import { bench, tickOf } from '../support/contract.ts';

const { brokers, events, keys, concurrency, handlerMs } = settings<{
  brokers: string;
  events: number;
  keys: number;
  concurrency: number;
  handlerMs: number;
}>();

const producer = createProducer({ catalog: bench, source: 'bench', transport: kafkajs({ brokers }) });
const data = tickOf(100);
await Promise.all(
  Array.from({ length: events }, (_, index) => producer.send('bench.tick', data, { key: `key-${index % keys}` })),
);
await producer.close();

let began = 0;
let inHandlers = 0;
let cpuMicros = cpuSince();
const consumer = createConsumer({
  catalog: bench,
  group: 'bench',
  transport: kafkajs({ brokers }),
  concurrency,
  commitEvery: '20ms',
  handlers: {
    'bench.tick': async () => {
      const from = performance.now();
      if (began === 0) {
        began = from;
        cpuMicros = cpuSince();
      }
      await pause(Math.random() * handlerMs);
      inHandlers += performance.now() - from;
    },
  },
});
const ended = new Promise<number>((resolve) => {
  consumer.moments.on('consumer.committed', ({ offset }) => {
    if (offset === events) resolve(performance.now());
  });
});
const running = consumer.run();
const seconds = ((await ended) - began) / 1000;
report({ seconds, handlerMeanMs: inHandlers / events, cpuPerEvent: cpuMicros() / events });
await consumer.close();
await running;
