import { createConsumer } from '@eventstream/consumer';
import { createProducer } from '@eventstream/producer';
import { expect } from 'vitest';
import { joinGroup, text, Until } from '../support/collect.ts';
import { catalogOn } from '../support/contracts.ts';
import type { Cases, Lab } from '../support/lab.ts';

interface Handled {
  readonly key: string;
  readonly step: number;
}

/** Runs a typed consumer until `count` events are settled, then drains it. */
async function handle(
  lab: Lab,
  topic: string,
  options: { readonly group: string; readonly count: number; readonly fail?: (event: Handled) => boolean },
) {
  const handled: Handled[] = [];
  const until = new Until();
  const consumer = createConsumer({
    catalog: catalogOn(topic),
    group: options.group,
    transport: lab.running.transport(),
    retry: { inPlace: { attempts: 2, backoff: { initialMs: 1 } } },
    handlers: {
      'lab.step.taken': async ({ data }) => {
        if (options.fail?.(data)) throw new Error('poison');
        // Handlers end in another order than they begin: only lanes keep a key's order.
        await new Promise((resolve) => setTimeout(resolve, (data.step * 7) % 3));
        handled.push({ key: data.key, step: data.step });
      },
    },
  });
  let settled = 0;
  consumer.moments.on('consumer.settled', () => {
    settled += 1;
    until.changed();
  });
  const running = consumer.run();
  await until.wait(
    () => settled >= options.count,
    lab.backend.patienceMs,
    () => `${settled} of ${options.count} settled`,
  );
  await consumer.close({ timeoutMs: 5000 });
  return { handled, report: await running };
}

function stepsByKey(events: readonly Handled[]): Map<string, number[]> {
  const steps = new Map<string, number[]>();
  for (const { key, step } of events) steps.set(key, [...(steps.get(key) ?? []), step]);
  return steps;
}

/** Promises of producer and consumer together, which must not depend on the driver. */
export function eventCases(one: Cases): void {
  one('events of a key are handled in order, once each, while keys run side by side', async (lab) => {
    const topic = await lab.topic(3);
    const producer = createProducer({ catalog: catalogOn(topic), source: 'lab', transport: await lab.transport() });
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    const sends = Array.from({ length: 600 }, (_, index) =>
      producer.send('lab.step.taken', { key: keys[index % 20] as string, step: Math.floor(index / 20) }),
    );
    const receipts = await Promise.all(sends);
    expect(new Set(receipts.map(({ topic: on }) => on))).toEqual(new Set([topic]));
    const { handled, report } = await handle(lab, topic, { group: lab.name('g'), count: 600 });
    for (const steps of stepsByKey(handled).values())
      expect(steps).toEqual(Array.from({ length: 30 }, (_, step) => step));
    expect(report).toMatchObject({ handled: 600, deadLettered: 0, unfinished: 0 });
  });

  one('a drained consumer has committed everything it handled; the next one begins after it', async (lab) => {
    const topic = await lab.topic(2);
    const group = lab.name('g');
    const transport = await lab.transport();
    const producer = createProducer({ catalog: catalogOn(topic), source: 'lab', transport });
    const send = (from: number) =>
      Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          producer.send('lab.step.taken', { key: `k${index % 5}`, step: from + index }),
        ),
      );
    await send(0);
    await handle(lab, topic, { group, count: 50 });
    await send(50);
    const { handled } = await handle(lab, topic, { group, count: 50 });
    expect(handled.map(({ step }) => step).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => 50 + index),
    );
    const committed = await transport.committed(group, topic);
    const ends = await transport.offsets(topic);
    expect(committed.map(({ offset }) => offset)).toEqual(ends.map(({ next }) => next));
  });

  one('a poison event goes to the dead letter topic byte for byte and everybody else goes on', async (lab) => {
    const topic = await lab.topic(1);
    const group = lab.name('g');
    const transport = await lab.transport();
    await transport.createTopics([{ topic: `${topic}.${group}.dead`, partitions: 1 }]);
    const producer = createProducer({ catalog: catalogOn(topic), source: 'lab', transport });
    await Promise.all(
      Array.from({ length: 10 }, (_, step) =>
        producer.send('lab.step.taken', { key: `k${step % 2}`, step }, { headers: { extra: 'kept' } }),
      ),
    );
    const writer = await transport.topic(topic);
    await writer.append(0, 'k0', '{"broken', [['ce_specversion', '1.0']], Date.now());
    const { handled, report } = await handle(lab, topic, { group, count: 11, fail: ({ step }) => step === 4 });
    expect(handled).toHaveLength(9);
    expect(report).toMatchObject({ handled: 9, deadLettered: 2 });

    const dead = await joinGroup(transport, {
      group: lab.name('dead'),
      topics: [`${topic}.${group}.dead`],
      patienceMs: lab.backend.patienceMs,
    });
    const source = await joinGroup(transport, {
      group: lab.name('source'),
      topics: [topic],
      patienceMs: lab.backend.patienceMs,
    });
    await dead.until(() => dead.records.length === 2);
    await source.until(() => source.records.length === 11);
    const letters = new Map(
      dead.records.map((letter) => [letter.headers.find(([name]) => name === 'es-dead-offset'), letter]),
    );
    for (const [offset, letter] of letters) {
      const original = source.records[Number(text(offset?.[1] ?? null))];
      expect(letter.key).toEqual(original?.key);
      expect(letter.value).toEqual(original?.value);
      expect(letter.headers.filter(([name]) => !name.startsWith('es-dead-'))).toEqual(original?.headers);
      expect(letter.headers.filter(([name]) => name.startsWith('es-dead-')).length).toBeGreaterThanOrEqual(16);
    }
  });

  one('every key lands where the Java client would put it', async (lab) => {
    const { javaPartition } = await import('../support/java-partition.ts');
    const topic = await lab.topic(7);
    const producer = createProducer({ catalog: catalogOn(topic), source: 'lab', transport: await lab.transport() });
    const keys = Array.from({ length: 2000 }, (_, index) => `ключ-${(index * 2_654_435_761) >>> 0}`);
    const receipts = await Promise.all(keys.map((key) => producer.send('lab.step.taken', { key, step: 0 })));
    expect(receipts.map(({ partition }) => partition)).toEqual(keys.map((key) => javaPartition(key, 7)));
  });
}
