import { createManualClock, startMockBroker } from '@eventstream/mock-broker';
import { report } from '../harness/child-side.ts';
import { plainKafkajs } from '../support/plain-kafkajs.ts';

const clock = createManualClock(Date.now());
let ms = 0;

/** Lets time pass, and counts how long that took. */
function advance(duration: `${number}${'s' | 'm' | 'd' | 'h'}`): void {
  const began = performance.now();
  clock.advance(duration);
  ms += performance.now() - began;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

const topics = [{ name: 'orders', configs: { 'retention.ms': String(7 * 86_400_000) } }];
const broker = await startMockBroker({ clock, topics, initialRebalanceDelayMs: 3000 });
const kafka = plainKafkajs(broker.bootstrapServers);

const consumer = kafka.consumer({ groupId: 'g', sessionTimeout: 45_000 });
await consumer.connect();
await consumer.subscribe({ topic: 'orders' });
void consumer.run({ eachMessage: async () => undefined });
await until(() => broker.group('g')?.state === 'PreparingRebalance');
advance('3s');
await until(() => broker.group('g')?.state === 'Stable');
advance('45s');
if (broker.group('g')?.members.length !== 0) throw new Error('The session did not end.');

const options = { transactionalId: 'tx', idempotent: true, maxInFlightRequests: 1, transactionTimeout: 900_000 };
const producer = kafka.producer(options);
await producer.connect();
const transaction = await producer.transaction();
await transaction.send({ topic: 'orders', messages: [{ value: 'late' }] });
advance('15m');
if (broker.transaction('tx')?.state !== 'CompleteAbort') throw new Error('The transaction did not end.');

advance('7d');
// The marker of the abort is younger than the record it aborts.
advance('1h');
const [partition] = broker.topic('orders').partitions;
if (partition?.logStartOffset !== partition?.endOffset) throw new Error('The records did not go.');

report({ ms });
await broker.close();
process.exit(0);
