import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { messages } from '@eventstream/kafka-protocol';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledBin } from '../testing/bin.ts';
import { encodeOne } from '../testing/encode-one.ts';
import { rawClient } from '../testing/raw-client.ts';

const ROUNDS = 8;
/** Of a producer whose answers are all there: the round ends with a kill while it goes on. */
const BEFORE_KILL = 40;

let bin: Awaited<ReturnType<typeof bundledBin>>;
beforeAll(async () => {
  bin = await bundledBin();
});
afterAll(() => bin[Symbol.asyncDispose]());

async function started(folder: string, ...more: string[]) {
  const running = bin.start('--port', '0', '--json', '--persist', folder, ...more);
  const line = await running.line();
  if (line === undefined) throw new Error((await running.exit).stderr);
  const { brokers } = JSON.parse(line) as { brokers: string[] };
  return { running, brokers, port: Number(brokers[0]!.split(':')[1]) };
}

type Client = Awaited<ReturnType<typeof rawClient>>;

async function produce(client: Client, sequence: number) {
  const records = encodeOne({ value: String(sequence), producerId: 7n, baseSequence: sequence });
  const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }];
  const answer = await client.call(messages.produce, 9, { acks: -1, timeoutMs: 1000, topicData });
  const { errorCode, baseOffset } = answer.responses[0]!.partitionResponses[0]!;
  expect(errorCode).toBe(0);
  return Number(baseOffset);
}

async function commit(client: Client, offset: number) {
  const partitions = [{ partitionIndex: 0, committedOffset: BigInt(offset), committedMetadata: '' }];
  const request = {
    groupId: 'billing',
    generationIdOrMemberEpoch: -1,
    memberId: '',
    topics: [{ name: 'orders', partitions }],
  };
  const answer = await client.call(messages.offsetCommit, 8, request);
  expect(answer.topics[0]!.partitions[0]!.errorCode).toBe(0);
}

async function committed(client: Client) {
  const groups = [{ groupId: 'billing', topics: [{ name: 'orders', partitionIndexes: [0] }] }];
  const answer = await client.call(messages.offsetFetch, 8, { groups });
  return Number(answer.groups[0]!.topics[0]!.partitions[0]!.committedOffset);
}

test('killed again and again in the middle of producing, it loses nothing acknowledged and doubles nothing', async () => {
  const folder = path.join(bin.folder, 'killed');
  let next = 0;
  let acknowledged = { sequence: -1, commit: -1 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const { running, port } = await started(folder, '--topics', 'orders:1');
    await using client = await rawClient(port);
    if (round > 0) {
      // What was acknowledged is a duplicate; what was under way is stored now, or was before.
      expect(await produce(client, acknowledged.sequence)).toBe(acknowledged.sequence);
      expect(await produce(client, next)).toBe(next);
      next += 1;
      expect(await committed(client)).toBeGreaterThanOrEqual(acknowledged.commit);
    }
    const kill = round % 2 ? setTimeout(() => running.child.kill('SIGKILL'), 20 * round) : undefined;
    try {
      for (let count = 0; kill || count < BEFORE_KILL; count += 1) {
        expect(await produce(client, next)).toBe(next);
        acknowledged = { ...acknowledged, sequence: next };
        next += 1;
        await commit(client, next);
        acknowledged = { ...acknowledged, commit: next };
      }
      running.child.kill('SIGKILL');
    } catch (error) {
      expect((error as Error).message).toBe('the connection was closed');
    }
    expect((await running.exit).code).toBe('SIGKILL');
  }
  const { running, brokers, port } = await started(folder);
  await using client = await rawClient(port);
  expect(await produce(client, next)).toBe(next);
  const values = await read(brokers, 'orders', { last: String(next), times: 1 });
  running.child.kill('SIGTERM');
  expect(await running.exit).toEqual({ code: 0, stderr: '' });
  expect(values).toEqual(Array.from({ length: next + 1 }, (_, at) => String(at)));
});

/** What a consumer of committed records sees of a topic, until it has seen `last` so many times. */
async function read(brokers: string[], topic: string, { last, times }: { last: string; times: number }) {
  const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: `reader-of-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value));
      if (values.filter((value) => value === last).length >= times) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}

test('transactions are whole or not at all after a kill, and the next owner of the id goes on', async () => {
  const folder = path.join(bin.folder, 'transactions');
  const acknowledged: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const { running, brokers } = await started(folder, '--topics', 'paid:2');
    const kafka = new Kafka({ brokers, retry: { retries: 3, initialRetryTime: 10 }, logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ transactionalId: 'billing', idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    setTimeout(() => running.child.kill('SIGKILL'), 60 + 25 * round);
    try {
      for (let number = 0; ; number += 1) {
        const transaction = await producer.transaction();
        for (const partition of [0, 1]) {
          await transaction.send({ topic: 'paid', messages: [{ partition, value: `${round}/${number}` }] });
        }
        await transaction.commit();
        acknowledged.push(`${round}/${number}`);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
    expect((await running.exit).code).toBe('SIGKILL');
    await producer.disconnect().catch(() => undefined);
  }
  const { running, brokers } = await started(folder);
  const kafka = new Kafka({ brokers, retry: { initialRetryTime: 10 }, logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId: 'billing', idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const last = await producer.transaction();
  for (const partition of [0, 1]) await last.send({ topic: 'paid', messages: [{ partition, value: 'last' }] });
  await last.commit();
  await producer.disconnect();
  const seen = await read(brokers, 'paid', { last: 'last', times: 2 });
  const counts = new Map<string, number>();
  for (const value of seen) counts.set(value, (counts.get(value) ?? 0) + 1);
  running.child.kill('SIGTERM');
  expect((await running.exit).code).toBe(0);
  expect(acknowledged.length).toBeGreaterThan(4);
  expect([...counts.values()].every((count) => count === 2)).toBe(true);
  expect(acknowledged.filter((value) => !counts.has(value))).toEqual([]);
});

test('when a directory cannot be written any more, nothing is acknowledged, the program says so, and nothing is lost', async () => {
  const folder = path.join(bin.folder, 'full');
  const program = [
    process.execPath,
    path.join(bin.folder, 'dist/bin.js'),
    '--port',
    '0',
    '--json',
    '--topics',
    'orders:1',
  ];
  // No file may have more than a hundred blocks.
  const limited = spawn('sh', ['-c', 'ulimit -f 100; exec "$@"', 'sh', ...program, '--persist', folder]);
  let complaint = '';
  limited.stderr.on('data', (text) => {
    complaint += text;
  });
  const [line] = await once(limited.stdout, 'data');
  const { brokers } = JSON.parse(String(line)) as { brokers: string[] };
  await using client = await rawClient(Number(brokers[0]!.split(':')[1]));
  let acknowledged = 0;
  const produceOne = () => client.produce('orders', `${acknowledged} ${'x'.repeat(5000)}`);
  const filled = (async () => {
    for (; acknowledged < 1000; acknowledged += 1) await produceOne();
  })();
  await expect(filled).rejects.toThrow('the connection was closed');
  const [code] = await once(limited, 'close');
  expect(code).toBe(1);
  expect(JSON.parse(complaint).error).toMatch(/^Directory .*full cannot be written \(EFBIG/);
  expect(acknowledged).toBeGreaterThan(0);

  const after = await started(folder);
  await using reader = await rawClient(after.port);
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 2 ** 20 }];
  const request = { replicaId: -1, maxWaitMs: 0, minBytes: 0, topics: [{ topic: 'orders', partitions }] };
  const { responses } = await reader.call(messages.fetch, 11, request);
  expect(Number(responses[0]!.partitions[0]!.highWatermark)).toBe(acknowledged);
  after.running.child.kill('SIGTERM');
  expect((await after.running.exit).code).toBe(0);
});
