import { messages, readBatches, readTransactionMarker } from '@eventstream/kafka-protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { produce } from '../testing/batches.ts';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';
import { readTopic } from '../topics/read-records.ts';

/** Reads `t` as consumers of committed records do: aborted ranges begin where the answer says and end at their marker. */
async function consume(under: ClusterUnderTest): Promise<string[]> {
  const seen: string[] = [];
  const aborting = new Set<bigint>();
  for (let offset = 0n; ; ) {
    const partitions = [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 300 }];
    const request = { maxWaitMs: 0, minBytes: 1, isolationLevel: 1, topics: [{ topic: 't', partitions }] };
    const answer = await under.call(messages.fetch, { version: 12 }, request);
    const { records, abortedTransactions } = answer.responses[0]!.partitions[0]!;
    const batches = [...readBatches(records ?? new Uint8Array())];
    if (batches.length === 0) return seen;
    for (const batch of batches) {
      for (const { producerId, firstOffset } of abortedTransactions ?? []) {
        if (firstOffset >= offset && firstOffset <= batch.lastOffset) aborting.add(producerId);
      }
      const [first] = batch.records();
      if (batch.isControl && first && readTransactionMarker(first)?.type === 'abort') aborting.delete(batch.producerId);
      const isAborted = batch.isTransactional && aborting.has(batch.producerId);
      if (!batch.isControl && !isAborted)
        for (const { value } of batch.records()) seen.push(String(value && Buffer.from(value)));
      offset = batch.nextOffset;
    }
  }
}

type Entry = { readonly value: string; fate: 'open' | 'committed' | 'aborted' };

const step = fc.record({
  who: fc.nat(2),
  does: fc.constantFrom('send', 'send', 'send', 'commit', 'abort', 'plain', 'replaced', 'late'),
});

test.each([1, 2] as const)('readers of committed records see just those, in order (protocol %i)', async (protocol) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const under = clusterUnderTest({ topics: [{ name: 't' }] });
      const producers = await Promise.all(
        ['a', 'b', 'c'].map((id) => transactionalProducer(under, { id, protocol, timeoutMs: 1000 })),
      );
      const log: Entry[] = [];
      const open = new Map<number, Entry[]>();
      const decide = (who: number, fate: Entry['fate']) => {
        for (const entry of open.get(who) ?? []) entry.fate = fate;
        open.delete(who);
      };
      for (const [index, { who, does }] of steps.entries()) {
        const producer = producers[who]!;
        const value = `${index}`;
        if (does === 'plain') {
          await produce(under, 't', { values: [value] });
          log.push({ value, fate: 'committed' });
        } else if (does === 'send') {
          if (protocol === 1) await producer.add('t');
          expect(await producer.send('t', [value])).toBe('NONE');
          const entry: Entry = { value, fate: 'open' };
          log.push(entry);
          open.set(who, [...(open.get(who) ?? []), entry]);
        } else if (does === 'replaced') {
          const answer = await producer.register();
          if (open.has(who)) expect([answer, await producer.register()]).toEqual(['CONCURRENT_TRANSACTIONS', 'NONE']);
          decide(who, 'aborted');
        } else if (does === 'late') {
          under.clock.advance(1000);
          for (const each of open.keys()) {
            decide(each, 'aborted');
            await producers[each]!.register();
          }
        } else if (open.has(who)) {
          expect(await producer[does]()).toBe('NONE');
          decide(who, does === 'commit' ? 'committed' : 'aborted');
        }
      }
      const undecided = log.findIndex(({ fate }) => fate === 'open');
      const stable = undecided < 0 ? log : log.slice(0, undecided);
      const expected = stable.filter(({ fate }) => fate === 'committed').map(({ value }) => value);
      expect(await consume(under)).toEqual(expected);
      const inspected = readTopic(under.cluster.catalog.byName('t')!, { isolation: 'committed' });
      expect(inspected.map(({ value }) => String(value))).toEqual(expected);
    }),
  );
});
