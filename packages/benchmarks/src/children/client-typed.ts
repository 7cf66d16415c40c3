import { randomUUID } from 'node:crypto';
import { createConsumer } from '@eventstream/consumer';
import { createDecoder, createEncoder, validateData } from '@eventstream/contracts';
import type { RecordView } from '@eventstream/core';
import { createProducer } from '@eventstream/producer';
import { kafka } from '@eventstream/transport-kafka';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import { bench, tickOf, topic } from '../support/contract.ts';

const { brokers, bytes, events } = settings<{ brokers: string; bytes: number; events: number }>();

const data = tickOf(bytes);
const contract = bench.contract('bench.tick');
const encoder = createEncoder({ contract, source: 'bench' });
const decode = createDecoder();
const encode = () =>
  encoder.encode({ id: randomUUID(), time: Date.now(), trace: {} }, validateData(contract, data) as object);

/** CPU microseconds for each of so many events, the second time: the first warms up. */
async function cost(work: (count: number) => unknown): Promise<number> {
  await work(events / 2);
  const cpuMicros = cpuSince();
  await work(events);
  return cpuMicros() / events;
}

/** As many sends at once as keep the client busy, and no more. */
async function inFlight(count: number, send: () => Promise<unknown>): Promise<void> {
  const waves = 8000;
  for (let left = count; left > 0; left -= waves) {
    await Promise.all(Array.from({ length: Math.min(waves, left) }, send));
  }
}

const transport = kafka({ brokers });
const producer = createProducer({ catalog: bench, source: 'bench', transport });
await producer.connect();
const writer = await transport.topic(topic);
const { value, headers } = encode();
let turn = 0;
/** Told at the end, so that no work can be left out for having no effect. */
let seenBytes = 0;

const serializing = await cost((count) => {
  for (let index = 0; index < count; index += 1) seenBytes += encode().headers.length;
});
const append = () => {
  turn += 1;
  return writer.append(turn % writer.partitions, null, value, headers, Date.now());
};
const appending = await cost((count) => inFlight(count, append));
const sending = await cost((count) => inFlight(count, () => producer.send('bench.tick', data)));
await producer.close();

/** Reads until so many records have come, from the beginning, with a group of its own. */
async function readBare(count: number, look: (record: RecordView) => void): Promise<void> {
  const reader = kafka({ brokers });
  await reader.connect();
  let left = count;
  const ignore = () => undefined;
  await new Promise<void>((resolve, reject) => {
    void reader.subscribe({
      group: randomUUID(),
      topics: [topic],
      startFrom: 'earliest',
      onAssigned: ignore,
      onRevoked: ignore,
      onError: reject,
      onRecords: ({ records }) => {
        for (const record of records) look(record);
        left -= records.length;
        if (left <= 0) resolve();
      },
    });
  });
  await reader.close();
}

async function readTyped(count: number): Promise<void> {
  let left = count;
  await using consumer = createConsumer({
    catalog: bench,
    group: randomUUID(),
    transport: kafka({ brokers }),
    handlers: {
      'bench.tick': () => {
        left -= 1;
        if (left === 0) void consumer.close();
      },
    },
  });
  await consumer.run();
}

const measureOf = ({ value: seen }: RecordView) => {
  seenBytes += seen?.length ?? 0;
};
const reading = await cost((count) => readBare(count, measureOf));
const decoding = await cost((count) => readBare(count, (record) => void validateData(contract, decode(record).data)));
const handling = await cost(readTyped);
report({ serializing, appending, sending, reading, decoding: decoding - reading, handling, seenBytes });
