import { kafka } from '@eventstream/transport-kafka';
import { Producer } from '@platformatic/kafka';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import type { NodeClient } from '../support/client-peers.ts';
import { topic } from '../support/contract.ts';
import { plainKafkajs } from '../support/plain-kafkajs.ts';

const { client, brokers, bytes, events, keyed, outstanding } = settings<{
  client: NodeClient;
  brokers: string;
  bytes: number;
  events: number;
  /** With one of a thousand keys and a trace header each. */
  keyed: boolean;
  /** Records on their way at most. */
  outstanding: number;
}>();

const value = new Uint8Array(bytes).fill(97);
const keys = Array.from({ length: 1000 }, (_, index) => `user-${index}`);
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
/** Peers send lists of so many, which is what they are fast at. */
const together = 1000;

type Sender = { send(count: number): Promise<unknown>; close(): Promise<unknown> };

/** One call, one promise and, with headers, one list of them for every record. */
async function ours(): Promise<Sender> {
  const transport = kafka({ brokers });
  await transport.connect();
  const writer = await transport.topic(topic);
  let waiting = 0;
  let wake: (() => void) | undefined;
  const arrived = () => {
    waiting -= 1;
    if (wake === undefined || waiting > outstanding / 2) return;
    wake();
    wake = undefined;
  };
  const send = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const key = keyed ? (keys[index % keys.length] ?? null) : null;
      waiting += 1;
      const headers = keyed ? [['traceparent', traceparent] as const] : [];
      writer.append(index % writer.partitions, key, value, headers, Date.now()).then(arrived);
      if (waiting < outstanding) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await transport.flush();
  };
  return { send, close: () => transport.close() };
}

/** Lists of a thousand, five on their way. */
function inLists(sendList: () => Promise<unknown>): Sender['send'] {
  return async (count) => {
    let left = count / together;
    const loop = async () => {
      for (; left > 0; ) {
        left -= 1;
        await sendList();
      }
    };
    await Promise.all(Array.from({ length: 5 }, loop));
  };
}

async function bareKafkajs(): Promise<Sender> {
  const producer = plainKafkajs(brokers).producer();
  await producer.connect();
  const record = (index: number) =>
    keyed
      ? { key: keys[index] ?? '', value: Buffer.from(value), headers: { traceparent } }
      : { value: Buffer.from(value) };
  const messages = Array.from({ length: together }, (_, index) => record(index));
  return { send: inLists(() => producer.send({ topic, messages })), close: () => producer.disconnect() };
}

async function platformatic(): Promise<Sender> {
  const producer = new Producer({ clientId: 'peer', bootstrapBrokers: brokers.split(',') });
  const record = (index: number) => {
    const headers = keyed ? new Map([[Buffer.from('traceparent'), Buffer.from(traceparent)]]) : new Map();
    return { topic, value: Buffer.from(value), headers, ...(keyed ? { key: Buffer.from(keys[index] ?? '') } : {}) };
  };
  const messages = Array.from({ length: together }, (_, index) => record(index));
  return { send: inLists(() => producer.send({ messages })), close: () => producer.close() };
}

const { send, close } = await { ours, kafkajs: bareKafkajs, platformatic }[client]();
await send(Math.min(events, 200_000));
const cpuMicros = cpuSince();
const began = performance.now();
await send(events);
report({ perSecond: (events / (performance.now() - began)) * 1000, cpuPerEvent: cpuMicros() / events });
await close();
