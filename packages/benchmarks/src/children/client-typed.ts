import { randomUUID } from 'node:crypto';
import { createConsumer } from '@eventstream/consumer';
import { createDecoder, createEncoder, type EncodedEvent, validateData } from '@eventstream/contracts';
import type { RecordView } from '@eventstream/core';
import { createProducer } from '@eventstream/producer';
import { kafka } from '@eventstream/transport-kafka';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import { bench, tickOf, topic } from '../support/contract.ts';

const { brokers, bytes, events, part } = settings<{
  brokers: string;
  bytes: number;
  events: number;
  part: keyof typeof parts;
}>();

const data = tickOf(bytes);
const contract = bench.contract('bench.tick');
const encoder = createEncoder({ contract, source: 'bench' });
const decode = createDecoder();
const encode = () =>
  encoder.encode({ id: randomUUID(), time: Date.now(), trace: {} }, validateData(contract, data) as object);

/** What is done with so many events, again and again, until it is closed. */
interface Work {
  run(count: number): unknown;
  close(): unknown;
}

/** As many sends at once as keep the client busy, and no more. */
async function inFlight(count: number, send: () => Promise<unknown>): Promise<void> {
  const waves = 8000;
  for (let left = count; left > 0; left -= waves) {
    await Promise.all(Array.from({ length: Math.min(waves, left) }, send));
  }
}

/** Told at the end, so that no work can be left out for having no effect. */
let seenBytes = 0;

function serialize(count: number): void {
  for (let index = 0; index < count; index += 1) seenBytes += encode().headers.length;
}

/** Appends what `make` gives, to one partition after another. */
async function withClient(make: () => EncodedEvent): Promise<Work> {
  const transport = kafka({ brokers });
  await transport.connect();
  const writer = await transport.topic(topic);
  let turn = 0;
  const append = () => {
    const { value, headers } = make();
    turn += 1;
    return writer.append(turn % writer.partitions, null, value, headers, Date.now());
  };
  return { run: (count) => inFlight(count, append), close: () => transport.close() };
}

async function withProducer(): Promise<Work> {
  const producer = createProducer({ catalog: bench, source: 'bench', transport: kafka({ brokers }) });
  await producer.connect();
  return { run: (count) => inFlight(count, () => producer.send('bench.tick', data)), close: () => producer.close() };
}

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

const lookAt = ({ value }: RecordView) => {
  seenBytes += value?.length ?? 0;
};
const open = (record: RecordView) => void validateData(contract, decode(record).data);
const nothing = () => undefined;
/** Each is measured in a process of its own: what one part has made the compiler believe would slow the next. */
const parts = {
  serializing: () => ({ run: serialize, close: nothing }),
  appending: () => {
    const same = encode();
    return withClient(() => same);
  },
  appendingEach: () => withClient(encode),
  sending: withProducer,
  reading: () => ({ run: (count: number) => readBare(count, lookAt), close: nothing }),
  decoding: () => ({ run: (count: number) => readBare(count, open), close: nothing }),
  handling: () => ({ run: readTyped, close: nothing }),
} satisfies Record<string, () => Work | Promise<Work>>;

const work = await parts[part]();
// The first time warms up.
await work.run(events);
const cpuMicros = cpuSince();
await work.run(events);
report({ cost: cpuMicros() / events, seenBytes });
await work.close();
