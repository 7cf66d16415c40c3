import { expect } from 'vitest';
import { joinGroup, text } from '../support/collect.ts';
import type { Cases, Lab } from '../support/lab.ts';

async function produce(lab: Lab, topic: string, perPartition: number, partitions: number, from = 0): Promise<void> {
  const writer = await (await lab.transport()).topic(topic);
  const receipts = Array.from({ length: perPartition * partitions }, (_, index) =>
    writer.append(index % partitions, null, String(from + index), [], Date.now()),
  );
  await Promise.all(receipts);
}

const values = (records: readonly { readonly value: Uint8Array | null }[]) =>
  records.map(({ value }) => Number(text(value))).sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The sentences of the port about groups. */
export function groupCases(one: Cases): void {
  one('two groups each see every record', async (lab) => {
    const topic = await lab.topic(3);
    await produce(lab, topic, 100, 3);
    const join = async (group: string) =>
      joinGroup(await lab.transport(), { group, topics: [topic], patienceMs: lab.backend.patienceMs });
    for (const member of await Promise.all([join(lab.name('a')), join(lab.name('b'))])) {
      await member.until(() => member.records.length >= 300);
      expect(values(member.records)).toEqual(upTo(300));
    }
  });

  one('two members share the partitions, and one takes over when the other leaves', async (lab) => {
    const topic = await lab.topic(4);
    const group = lab.name('shared');
    const join = async () =>
      joinGroup(await lab.transport(), { group, topics: [topic], patienceMs: lab.backend.patienceMs });
    const first = await join();
    await first.until(() => first.owned.length === 4);
    const second = await join();
    await second.until(() => second.owned.length === 2);
    await first.until(() => first.owned.length === 2);
    const owned = [...first.owned, ...second.owned].map(({ partition }) => partition).sort();
    expect(owned).toEqual([0, 1, 2, 3]);
    await produce(lab, topic, 50, 4);
    await Promise.all([
      first.until(() => first.records.length >= 100),
      second.until(() => second.records.length >= 100),
    ]);
    expect(values([...first.records, ...second.records])).toEqual(upTo(200));
    await second.subscription.close();
    await first.until(() => first.owned.length === 4);
  });

  one('a group resumes where it committed, and epochs rise', async (lab) => {
    const topic = await lab.topic(1);
    const group = lab.name('resumed');
    await produce(lab, topic, 10, 1);
    const join = async () =>
      joinGroup(await lab.transport(), { group, topics: [topic], patienceMs: lab.backend.patienceMs });
    const first = await join();
    await first.until(() => first.records.length === 10);
    await first.commit([{ topic, partition: 0, offset: 4 }]);
    await first.subscription.close();
    const committed = await (await lab.transport()).committed(group, topic);
    expect(committed).toEqual([{ topic, partition: 0, offset: 4 }]);
    const second = await join();
    await second.until(() => second.records.length === 6);
    expect(values(second.records)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  one('a commit under an older ownership is fenced', async (lab) => {
    const topic = await lab.topic(2);
    const group = lab.name('fenced');
    const join = async () =>
      joinGroup(await lab.transport(), { group, topics: [topic], patienceMs: lab.backend.patienceMs });
    const first = await join();
    await first.until(() => first.owned.length === 2);
    const old = first.epoch;
    const second = await join();
    await second.until(() => second.owned.length === 1);
    await first.until(() => first.owned.length === 1);
    expect(first.epoch).toBeGreaterThan(old);
    await expect(first.subscription.commit([{ topic, partition: 0, offset: 1 }], old)).rejects.toMatchObject({
      code: 'fenced',
      facts: { group },
    });
  });

  one('a paused partition stops and resumes without losing or repeating a record', async (lab) => {
    const topic = await lab.topic(1);
    const member = await joinGroup(await lab.transport(), {
      group: lab.name('paused'),
      topics: [topic],
      patienceMs: lab.backend.patienceMs,
    });
    await member.until(() => member.owned.length === 1);
    await produce(lab, topic, 50, 1);
    await member.until(() => member.records.length >= 50);
    member.subscription.pause({ topic, partition: 0 });
    await produce(lab, topic, 50, 1, 50);
    const whilePaused = member.records.length;
    member.subscription.resume({ topic, partition: 0 });
    await member.until(() => member.records.length >= 100);
    expect(whilePaused).toBeLessThanOrEqual(100);
    expect(member.records.map(({ offset }) => offset)).toEqual(upTo(100));
  });

  one('seek moves the next offset, back and forth', async (lab) => {
    const topic = await lab.topic(1);
    await produce(lab, topic, 20, 1);
    const member = await joinGroup(await lab.transport(), {
      group: lab.name('sought'),
      topics: [topic],
      patienceMs: lab.backend.patienceMs,
    });
    await member.until(() => member.records.length === 20);
    member.subscription.seek({ topic, partition: 0, offset: 15 });
    await member.until(() => member.records.length >= 25);
    expect(member.records.slice(20).map(({ offset }) => offset)).toEqual([15, 16, 17, 18, 19]);
  });
}
