import { createProducer } from '@eventstream/producer';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import { bench, tickOf, topic } from '../support/contract.ts';
import { closedLoops, type Loops } from '../support/pace.ts';
import { plainKafkajs } from '../support/plain-kafkajs.ts';

const { client, brokers, bytes, loops } = settings<{
  client: 'sdk' | 'kafkajs';
  brokers: string;
  bytes: number;
  loops: Loops;
}>();

function sdk() {
  const producer = createProducer({ catalog: bench, source: 'bench', transport: kafkajs({ brokers }) });
  const data = tickOf(bytes);
  return { send: () => producer.send('bench.tick', data), close: () => producer.close() };
}

async function peer() {
  const producer = plainKafkajs(brokers).producer();
  await producer.connect();
  const value = JSON.stringify(tickOf(bytes));
  return { send: () => producer.send({ topic, messages: [{ value }] }), close: () => producer.disconnect() };
}

const { send, close } = client === 'sdk' ? sdk() : await peer();
// The first send finds the topic and its leaders; what a thousand of them do at once is no part of the question.
await send();
let cpuMicros = cpuSince();
const { events, seconds } = await closedLoops(loops, send, () => {
  cpuMicros = cpuSince();
});
report({ perSecond: events / seconds, cpuPerEvent: cpuMicros() / events });
await close();
