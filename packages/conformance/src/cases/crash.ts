import { createProducer } from '@eventstream/producer';
import { expect } from 'vitest';
import { startChild } from '../support/child.ts';
import { joinGroup, text } from '../support/collect.ts';
import { catalogOn } from '../support/contracts.ts';
import type { Cases, Lab } from '../support/lab.ts';

const numbers = (output: string, line: RegExp) => [...output.matchAll(line)].map((match) => match.slice(1).map(Number));

async function storedSteps(lab: Lab, topic: string): Promise<number[]> {
  const transport = await lab.transport();
  const member = await joinGroup(transport, {
    group: lab.name('audit'),
    topics: [topic],
    patienceMs: lab.backend.patienceMs,
  });
  const ends = await transport.offsets(topic);
  const total = ends.reduce((sum, { first, next }) => sum + next - first, 0);
  await member.until(() => member.records.length >= total);
  return member.records.map(({ value }) => (JSON.parse(text(value)) as { step: number }).step);
}

/** What is left when a process dies in the middle. */
export function crashCases(one: Cases): void {
  one.needs('processes', 'a producer killed in the middle: nothing acknowledged is lost', async (lab) => {
    const topic = await lab.topic(3);
    const child = await startChild(lab, 'producer', {
      DRIVER: lab.backend.driver,
      BROKERS: lab.running.bootstrapServers,
      TOPIC: topic,
    });
    await child.waitForLine(/^acked 1\d\d\d$/m, { timeoutMs: lab.backend.patienceMs });
    await child.stop({ signal: 'SIGKILL' });
    const acked = numbers(child.output(), /^acked (\d+)$/gm).map(([step]) => step as number);
    expect(acked.length).toBeGreaterThan(900);
    const stored = new Set(await storedSteps(lab, topic));
    expect(acked.filter((step) => !stored.has(step))).toEqual([]);
  });

  one.needs(
    'processes',
    'a consumer killed in the middle: nothing is committed before it was done, and all is handled in the end',
    async (lab) => {
      const topic = await lab.topic(3);
      const group = lab.name('killed');
      const transport = await lab.transport();
      const producer = createProducer({ catalog: catalogOn(topic), source: 'lab', transport });
      await Promise.all(
        Array.from({ length: 3000 }, (_, step) => producer.send('lab.step.taken', { key: `k${step % 50}`, step })),
      );
      const settings = {
        DRIVER: lab.backend.driver,
        BROKERS: lab.running.bootstrapServers,
        TOPIC: topic,
        GROUP: group,
      };
      const first = await startChild(lab, 'consumer', settings);
      // The 800th line, wherever it is: in the middle of handling and committing.
      await first.waitForLine(/^done \d+ \d+ 1[0-4]\d\d$/m, { timeoutMs: lab.backend.patienceMs });
      await first.stop({ signal: 'SIGKILL' });

      const done = numbers(first.output(), /^done (\d+) (\d+) (\d+)$/gm);
      const doneAt = new Set(done.map(([partition, offset]) => `${partition}/${offset}`));
      const committed = await transport.committed(group, topic);
      expect(committed.reduce((sum, { offset }) => sum + offset, 0)).toBeGreaterThan(0);
      for (const { partition, offset: end } of committed) {
        const missing = Array.from({ length: end }, (_, offset) => `${partition}/${offset}`).filter(
          (at) => !doneAt.has(at),
        );
        expect(missing, `committed up to ${end} before these were done`).toEqual([]);
      }

      const second = await startChild(lab, 'consumer', settings);
      const steps = (output: string) =>
        numbers(output, /^done (\d+) (\d+) (\d+)$/gm).map(([, , step]) => step as number);
      const union = () => new Set([...steps(first.output()), ...steps(second.output())]);
      const deadline = Date.now() + lab.backend.patienceMs;
      while (union().size < 3000 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(union().size).toBe(3000);
    },
  );
}
