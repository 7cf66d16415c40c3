import { setTimeout as wait } from 'node:timers/promises';
import { javaTools, runToEnd } from '@eventstream/tooling';
import { type KafkaTransport, kafka } from '@eventstream/transport-kafka';
import kafkaClient from 'kafkajs';

export const partitions = 6;

/** A load that runs until it is told to stop. `stop` resolves with how long it was without any acknowledgement, at most. */
export type Load = { readonly sent: () => number; stop(): Promise<{ readonly longestStallMs: number }> };

/** The longest time between two calls. */
function stallWatch() {
  let last = performance.now();
  let longest = 0;
  return {
    tick() {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    },
    longest: () => Math.round(longest),
  };
}

/** Consecutive numbers to each partition, `perSecond` in all, each awaited apart: what is lost, doubled or moved shows as a gap. */
export async function steadyLoad(transport: KafkaTransport, topic: string, perSecond: number): Promise<Load> {
  const writer = await transport.topic(topic);
  const watch = stallWatch();
  const failures: unknown[] = [];
  const began = performance.now();
  let [sent, running] = [0, true];
  const loop = (async () => {
    while (running) {
      const due = ((performance.now() - began) / 1000) * perSecond;
      for (; sent < due && !transport.full; sent += 1) {
        const value = String(Math.floor(sent / partitions));
        writer.append(sent % partitions, null, value, [], Date.now()).then(watch.tick, (error) => failures.push(error));
      }
      await wait(10);
    }
  })();
  return {
    sent: () => sent,
    async stop() {
      running = false;
      await loop;
      await transport.flush();
      if (failures.length > 0)
        throw new AggregateError(failures.slice(0, 3), `${failures.length} records were refused`);
      return { longestStallMs: watch.longest() };
    },
  };
}

/** Transactions of 60 consecutive numbers; what a failed one held is sent again, so that only whole ones may be seen. */
export async function transactionalLoad(transport: KafkaTransport, topic: string): Promise<Load> {
  const producer = await transport.transactional(`failover-${topic}`);
  const writer = await producer.topic(topic);
  const watch = stallWatch();
  let [committed, running] = [0, true];
  const loop = (async () => {
    while (running) {
      producer.begin();
      try {
        const appended = Array.from({ length: 60 }, (_, index) =>
          writer.append(
            index % partitions,
            null,
            String((committed + index - (index % partitions)) / partitions),
            [],
            // Not a made-up time: brokers delete by it what is older than a week, and look half a minute after their start.
            Date.now(),
          ),
        );
        await Promise.all(appended);
        await producer.commit();
        committed += 60;
        watch.tick();
      } catch {
        await producer.abort();
      }
      await wait(20);
    }
  })();
  return {
    sent: () => committed,
    async stop() {
      running = false;
      await loop;
      return { longestStallMs: watch.longest() };
    },
  };
}

/** Kafka's own client for JavaScript, one batch of 100 after another. */
export async function kafkajsLoad(brokers: readonly string[], topic: string): Promise<Load> {
  const producer = new kafkaClient.Kafka({ brokers: [...brokers], logLevel: 0, retry: { retries: 50 } }).producer({
    idempotent: true,
  });
  await producer.connect();
  const watch = stallWatch();
  let [sent, running] = [0, true];
  const loop = (async () => {
    while (running) {
      const messages = Array.from({ length: 100 }, (_, index) => ({ partition: index % partitions, value: 'v' }));
      await producer.send({ topic, messages }).then(watch.tick, () => undefined);
      sent += 100;
      await wait(50);
    }
  })();
  return {
    sent: () => sent,
    async stop() {
      running = false;
      await loop;
      await producer.disconnect();
      return { longestStallMs: watch.longest() };
    },
  };
}

/** The Java producer at a thousand records a second for about `seconds`. Resolves with its highest latency. */
export async function javaLatency(brokers: string, topic: string, seconds: number): Promise<number> {
  const { java, classPath } = await javaTools();
  const output = await runToEnd(
    java,
    [
      ...['-Xmx128m', '-XX:+UseSerialGC', '-cp', classPath, 'org.apache.kafka.tools.ProducerPerformance'],
      ...['--topic', topic, '--num-records', String(seconds * 1000), '--record-size', '100', '--throughput', '1000'],
      ...['--producer-props', `bootstrap.servers=${brokers}`, 'acks=all', 'linger.ms=5'],
    ],
    { name: 'ProducerPerformance', timeoutMs: (seconds + 300) * 1000 },
  );
  return Number(/([\d.]+) ms max latency, [\d.]+ ms 50th/.exec(output)?.[1]);
}

/** What is in the log of a topic of consecutive numbers, compared with what was acknowledged. */
export async function ledgerOf(brokers: string, topic: string, sent: number) {
  const transport = kafka({ brokers });
  await transport.connect();
  const next = Array<number>(partitions).fill(0);
  const ledger = { sent, read: 0, lost: 0, doubled: 0 };
  const ranges = await transport.offsets(topic);
  const cut = ranges.filter(({ first }) => first > 0);
  if (cut.length > 0) throw new Error(`The brokers have deleted records of ${topic}: ${JSON.stringify(cut)}`);
  const ends = ranges.map((range) => range.next);
  const positions = ends.map(() => 0);
  await new Promise<void>((resolve, reject) => {
    const ignore = () => undefined;
    const request = { group: `ledger of ${topic}`, topics: [topic], startFrom: 'earliest' as const };
    const onRecords = ({
      partition,
      records,
      nextOffset,
    }: Parameters<Parameters<KafkaTransport['subscribe']>[0]['onRecords']>[0]) => {
      for (const { value } of records) {
        const number = Number(Buffer.from(value ?? []).toString());
        const due = next[partition] as number;
        if (number < due) ledger.doubled += 1;
        else ledger.lost += number - due;
        next[partition] = Math.max(due, number + 1);
        ledger.read += 1;
      }
      positions[partition] = nextOffset;
      if (positions.every((position, index) => position >= (ends[index] as number))) resolve();
    };
    transport
      .subscribe({ ...request, onAssigned: ignore, onRevoked: ignore, onError: ignore, onRecords })
      .catch(reject);
  });
  await transport.close();
  // A gap is told apart from an end that is missing: one was lost on the way, the other was told too early.
  const missingAtEnd = sent - next.reduce((sum, number) => sum + number, 0);
  return { ...ledger, missingAtEnd };
}
