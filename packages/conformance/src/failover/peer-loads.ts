import { setTimeout as wait } from 'node:timers/promises';
import { javaTools, startProcess } from '@eventstream/tooling';
import { ProduceAcks, Producer } from '@platformatic/kafka';
import kafkaClient from 'kafkajs';
import { type Load, longestOf, numbered } from './load.ts';

/** Peers send lists, one after another: a promise for each record is not what they are made for. */
const together = 100;
const pauseMs = 50;
/** What does not come to its end in this time never does. */
const patienceMs = 60_000;

type Numbered = ReturnType<typeof numbered>;

/** One list after another, those that fail counted as refused. */
function inLists(send: (list: readonly Numbered[]) => Promise<unknown>, close: () => Promise<unknown>): Load {
  const longest = longestOf();
  const refused = new Set<number>();
  let [sent, running] = [0, true];
  const loop = (async () => {
    while (running) {
      const first = sent;
      const indexes = Array.from({ length: together }, (_, index) => first + index);
      sent += together;
      // Until it is acknowledged nobody knows; a client may never answer.
      for (const index of indexes) refused.add(index);
      const at = performance.now();
      await send(indexes.map(numbered)).then(
        () => {
          longest.took(at);
          for (const index of indexes) refused.delete(index);
        },
        () => undefined,
      );
      await wait(pauseMs);
    }
  })();
  return {
    sent: () => sent,
    async stop() {
      running = false;
      await Promise.race([loop.then(close), wait(patienceMs, undefined, { ref: false })]);
      return { sent, refused, longestMs: longest.ms };
    },
  };
}

export async function kafkajsLoad(brokers: string, topic: string): Promise<Load> {
  const client = new kafkaClient.Kafka({ brokers: brokers.split(','), logLevel: 0, retry: { retries: 50 } });
  const producer = client.producer({ idempotent: true });
  await producer.connect();
  return inLists(
    (list) => producer.send({ topic, messages: [...list], acks: -1 }),
    () => producer.disconnect(),
  );
}

export function platformaticLoad(brokers: string, topic: string): Load {
  const producer = new Producer({
    clientId: 'peer',
    bootstrapBrokers: brokers.split(','),
    idempotent: true,
    acks: ProduceAcks.ALL,
    retries: 50,
    retryDelay: 200,
  });
  return inLists(
    (list) =>
      producer.send({
        messages: list.map(({ partition, value }) => ({ topic, partition, value: Buffer.from(value) })),
      }),
    () => producer.close(),
  );
}

/** The Java producer at a thousand records a second. Gives its highest latency; what it sends has no numbers. */
export async function javaLoad(brokers: string, topic: string): Promise<{ stop(): Promise<number> }> {
  const { java, classPath } = await javaTools();
  const child = await startProcess(
    java,
    [
      ...['-Xmx128m', '-XX:+UseSerialGC', '-cp', classPath, 'org.apache.kafka.tools.ProducerPerformance'],
      ...['--topic', topic, '--num-records', '100000000', '--record-size', '100', '--throughput', '1000'],
      ...['--producer-props', `bootstrap.servers=${brokers}`, 'acks=all', 'linger.ms=5'],
    ],
    { name: 'ProducerPerformance' },
  );
  return {
    async stop() {
      const told = /([\d.]+) ms max latency/g;
      const count = () => [...child.output().matchAll(told)].length;
      // It tells every five seconds of those that were answered in them.
      const before = count();
      for (let tries = 0; count() === before && tries < 100; tries += 1) await wait(100);
      await child.stop();
      return Math.round(Math.max(...[...child.output().matchAll(told)].map(([, ms]) => Number(ms))));
    },
  };
}
