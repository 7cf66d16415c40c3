import type { RecordBatch } from '@eventstream/core';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { connected } from './connected.ts';
import { type GroupMember, joinGroup, until } from './group-member.ts';
import { seeded, weatherSeeds } from './seeded.ts';

const partitions = 4;

/** Places one piece of trouble for a member of the group. */
function trouble(broker: MockBroker, pick: (below: number) => number): void {
  const node = 1 + pick(3);
  switch (pick(8)) {
    case 0:
      broker.faults.on('Fetch').node(node).fail('NOT_LEADER_OR_FOLLOWER');
      return;
    case 1:
      broker.faults.on('Fetch').node(node).disconnect();
      return;
    case 2:
      broker.faults.on('Fetch').node(node).applyThen('disconnect');
      return;
    case 3:
      broker.faults.on('Fetch').fail('UNKNOWN_SERVER_ERROR');
      return;
    case 4:
      broker.faults.on('Heartbeat').fail('REBALANCE_IN_PROGRESS');
      return;
    case 5:
      broker.faults.on('OffsetCommit').fail(pick(2) === 0 ? 'ILLEGAL_GENERATION' : 'COORDINATOR_NOT_AVAILABLE');
      return;
    case 6:
      broker.moveCoordinator('g', node);
      return;
    default:
      broker.moveLeader('t', pick(partitions), node);
  }
}

function offsetsOf(batches: readonly RecordBatch[]): readonly number[] {
  return batches.flatMap(({ records }) => records.map(({ offset }) => offset));
}

/** Pauses and resumes at random, as a consumer with much to do does. */
function restless(member: GroupMember, pick: (below: number) => number): void {
  const at = { topic: 't', partition: pick(partitions) };
  if (pick(2) === 0) member.subscription.pause(at);
  else member.subscription.resume(at);
}

test.each(weatherSeeds([1, 2, 3]))(
  'in any weather every record is pushed, once an epoch and in order (seed %i)',
  async (seed) => {
    const pick = seeded(seed);
    await using broker = await startMockBroker({
      nodes: 3,
      seed,
      minSessionTimeoutMs: 100,
      topics: [{ name: 't', partitions }],
    });
    await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '10ms' });
    const member: GroupMember = await joinGroup(transport, {
      // Heartbeats four times as often.
      sessionTimeoutMs: 400,
      onRecords({ topic, partition, epoch, nextOffset: offset }) {
        if (pick(3) === 0) return;
        setImmediate(() => member.subscription.commit([{ topic, partition, offset }], epoch).catch(() => undefined));
      },
    });
    const writer = await transport.topic('t');
    const sent = Array.from({ length: partitions }, () => 0);
    const everythingSeen = () =>
      until(() => {
        for (let partition = 0; partition < partitions; partition += 1) {
          member.subscription.resume({ topic: 't', partition });
          const seen = new Set(offsetsOf(member.batches.filter((batch) => batch.partition === partition)));
          expect(seen.size).toBe(sent[partition]);
        }
      });
    for (let round = 0; round < 30; round += 1) {
      if (pick(3) === 0) trouble(broker, pick);
      restless(member, pick);
      const receipts: Promise<unknown>[] = [];
      for (let count = pick(20); count >= 0; count -= 1) {
        const partition = pick(partitions);
        sent[partition] = (sent[partition] ?? 0) + 1;
        receipts.push(writer.append(partition, null, 'v', [], 1));
      }
      await Promise.all(receipts);
      if (round % 5 === 4) await everythingSeen();
    }
    broker.faults.clear();
    await everythingSeen();
    const known = new Set(member.batches.map(({ epoch, partition }) => `${epoch}/${partition}`));
    for (const id of known) {
      const [epoch, partition] = id.split('/').map(Number);
      const offsets = offsetsOf(
        member.batches.filter((batch) => batch.epoch === epoch && batch.partition === partition),
      );
      expect(offsets).toEqual(offsets.map((_, index) => (offsets[0] as number) + index));
    }
    const epochs = member.batches.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
    expect(member.errors.every(({ retriable }) => retriable)).toBe(true);
  },
);
