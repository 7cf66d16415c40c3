import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Subscription } from '@eventstream/core';
import { type KafkaTransport, kafka } from '@eventstream/transport-kafka';

/** Writes and reads at a steady rate while a second member comes and goes, and tells on stdout how it is doing. */
const {
  BROKERS = '',
  TOPIC = '',
  SECONDS = '',
  PER_SECOND = '',
  REBALANCE_EVERY = '',
  REPORT_EVERY = '',
} = process.env;
const perSecond = Number(PER_SECOND);
const ledger = { sent: 0, acknowledged: 0, read: 0, again: 0, lost: 0, rebalances: 0, refused: 0, trouble: '' };

/** What keeps the process alive, by kind. Pipes are its own stdout. */
function alive(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap');
}

/** The next number due in each partition, whoever reads it. */
const due: number[] = [];

/** Commits what was read once a second, so that a member that takes over begins near where the other ended. */
async function startMember(transport: KafkaTransport): Promise<{ close(): Promise<void> }> {
  const positions = new Map<number, number>();
  let epoch = 0;
  let subscription: Subscription | undefined;
  const commit = () => {
    const offsets = [...positions].map(([partition, offset]) => ({ topic: TOPIC, partition, offset }));
    // What is read again is counted by who reads it.
    return subscription?.commit(offsets, epoch).catch(() => undefined) ?? Promise.resolve();
  };
  subscription = await transport.subscribe({
    group: 'soak',
    topics: [TOPIC],
    startFrom: 'earliest',
    onAssigned(partitions, now) {
      epoch = now;
      const mine = new Set(partitions.map(({ partition }) => partition));
      for (const partition of positions.keys()) if (!mine.has(partition)) positions.delete(partition);
      ledger.rebalances += 1;
    },
    onRevoked(partitions) {
      for (const { partition } of partitions) positions.delete(partition);
    },
    onRecords({ partition, records, nextOffset }) {
      for (const { value } of records) {
        const number = Buffer.from(value?.buffer ?? new ArrayBuffer(8), value?.byteOffset ?? 0, 8).readDoubleLE();
        const expected = due[partition] ?? 0;
        if (number < expected) ledger.again += 1;
        else {
          ledger.lost += number - expected;
          ledger.read += 1;
          due[partition] = number + 1;
        }
      }
      positions.set(partition, nextOffset);
    },
    onError(error) {
      ledger.trouble = String(error);
    },
  });
  const timer = setInterval(() => void commit(), 1000);
  return {
    async close() {
      clearInterval(timer);
      await commit();
      await subscription.close();
    },
  };
}

/** Appends what is due every few milliseconds until the time is over. The value's first bytes are its number in its partition. */
async function write(transport: KafkaTransport, untilMs: number): Promise<void> {
  const writer = await transport.topic(TOPIC);
  const value = Buffer.alloc(100);
  const began = performance.now();
  while (performance.now() < untilMs) {
    const target = ((performance.now() - began) / 1000) * perSecond;
    for (; ledger.sent < target && !transport.full; ledger.sent += 1) {
      value.writeDoubleLE(Math.floor(ledger.sent / writer.partitions));
      writer.append(ledger.sent % writer.partitions, null, value, [], Date.now()).then(
        () => {
          ledger.acknowledged += 1;
        },
        () => {
          ledger.refused += 1;
        },
      );
    }
    await wait(5);
  }
  await transport.flush();
}

/** A second member joins and leaves by turns: with its own transport, so that what a transport leaves behind adds up. */
async function comeAndGo(untilMs: number): Promise<void> {
  const turnMs = Number(REBALANCE_EVERY) * 1000;
  while (performance.now() + turnMs < untilMs) {
    await wait(turnMs);
    const transport = kafka({ brokers: BROKERS });
    await transport.connect();
    const member = await startMember(transport);
    await wait(Math.min(turnMs, Math.max(untilMs - performance.now(), 0)));
    await member.close();
    await transport.close();
  }
}

function report(): void {
  const { rss, heapUsed } = process.memoryUsage();
  const seconds = Math.round(performance.now() / 1000);
  writeSync(1, `at ${JSON.stringify({ seconds, rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20, ...ledger })}\n`);
}

const transport = kafka({ brokers: BROKERS });
const before = alive();
await transport.connect();
const member = await startMember(transport);
const reports = setInterval(report, Number(REPORT_EVERY) * 1000);
const until = performance.now() + Number(SECONDS) * 1000;
await Promise.all([write(transport, until), comeAndGo(until)]);
for (let tries = 0; ledger.read < ledger.sent && tries < 300; tries += 1) await wait(100);
clearInterval(reports);
report();
await member.close();
await transport.close();
// Ends of sockets take a moment.
await wait(500);
const left = alive().filter((kind) => !before.includes(kind) || kind === 'Timeout');
writeSync(1, `done ${JSON.stringify({ ...ledger, left })}\n`);
