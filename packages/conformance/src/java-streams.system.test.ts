// needs: java
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { startProcess } from '@eventstream/tooling';
import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { javaPrograms } from './java/program.ts';

/** The newest committed count of each word. */
async function counts(broker: MockBroker): Promise<Readonly<Record<string, number>>> {
  const records = await broker.topic('counts').records({ isolation: 'committed' });
  return Object.fromEntries(
    records.map(({ key, value }) => [String(key), Number(Buffer.from(value ?? []).readBigInt64BE())]),
  );
}

test.each([1, 3] as const)(
  'Kafka Streams counts exactly once on %d node(s), killed with -9 in between',
  async (nodes) => {
    const topics = ['lines', 'counts'].map((name) => ({ name, partitions: 2 }));
    await using broker = await startMockBroker({ nodes, topics });
    await using programs = await javaPrograms();
    const state = await mkdtemp(path.join(tmpdir(), 'eventstream-streams-'));
    const start = () =>
      startProcess(programs.java, [...programs.jvmArguments, 'WordCount', broker.bootstrapServers, state]);
    const producer = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    const send = (lines: number) =>
      producer.send({
        topic: 'lines',
        messages: Array.from({ length: lines }, (_, at) => ({ key: `${at}`, value: 'a b a c' })),
      });
    const counted = (lines: number) =>
      expect.poll(() => counts(broker), { timeout: 40_000 }).toEqual({ a: 2 * lines, b: lines, c: lines });

    const first = await start();
    await send(100);
    await counted(100);
    await send(500);
    first.kill('SIGKILL');
    await first.exited;
    await send(50);
    await using second = await start();
    await counted(650);
    expect(broker.group('words')?.state, second.output()).toBe('Stable');
    await producer.disconnect();
    await second.stop();
    await rm(state, { recursive: true, force: true });
  },
);
