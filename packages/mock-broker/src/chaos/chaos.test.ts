import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import type { PipelineKind } from '../testing/pipeline.ts';
import { pipelineChaos as optionsFor, pipelineProfile as profile } from '../testing/pipeline-chaos.ts';
import { chaos } from './chaos.ts';
import { type ChaosRunOptions, replayChaos, runChaos } from './run.ts';
import { type ChaosSchedule, describeSchedule } from './schedule.ts';

async function failureOf(kind: PipelineKind): Promise<Error & { facts: { seed: number; steps: number } }> {
  const failed = await runChaos(optionsFor(kind, 100)).catch((error) => error);
  expect(failed).toMatchObject({ code: 'CHAOS' });
  return failed;
}

describe('a schedule', () => {
  test('is drawn from its seed', () => {
    expect(chaos(7, profile)).toEqual(chaos(7, profile));
    expect(chaos(7, profile)).not.toEqual(chaos(8, profile));
    expect(describeSchedule(chaos(7, profile)).split('\n')).toHaveLength(10);
  });

  test('is JSON', () => {
    const schedule = chaos(3, { topics: [{ name: 't' }] });
    expect(JSON.parse(JSON.stringify(schedule))).toEqual(schedule);
  });

  test('of one node moves nothing', () => {
    const kinds = chaos(1, { topics: [{ name: 't' }], steps: 200 }).steps.map(({ act }) => act.kind);
    expect(new Set(kinds)).toEqual(new Set(['fault', 'bump-epoch']));
  });
});

test('an exactly-once pipeline keeps its ledger clean under every seed', { timeout: 60_000 }, async () => {
  const runs = await runChaos(optionsFor('transactional', 200));
  const fired = runs.filter(({ trace }) => trace.some((line) => line.includes(' fault: '))).length;
  const restarted = runs.filter(({ trace }) => trace.some((line) => line.includes('begins anew'))).length;
  // Chaos that nobody meets proves nothing.
  expect(fired).toBeGreaterThan(150);
  expect(restarted).toBeGreaterThan(100);
});

describe.each(['commits-before-it-is-done', 'takes-a-lost-answer-for-success'] as const)(
  'a pipeline that %s',
  (kind) => {
    test('is found out, the same way again, by the misfortunes that matter alone', async () => {
      const failure = await failureOf(kind);
      expect(failure.message).toMatch(/^Seed \d+ fails: (the scenario|lost \[.+\]|lost \[\], more than once)/);
      expect(failure.message).toContain('A replay is the same line by line.');
      expect(failure.facts.steps).toBeLessThanOrEqual(2);

      const schedule: ChaosSchedule = JSON.parse(failure.message.split('\n').at(-1)!);
      const options = optionsFor(kind, 1);
      const [one, other] = [await replayChaos(options, schedule), await replayChaos(options, schedule)];
      expect(one.error?.message).toBeDefined();
      expect(one.trace).toEqual(other.trace);
      expect((await replayChaos(options, { ...schedule, steps: [] })).error).toBeUndefined();
    });
  },
);

test('a scenario that draws by itself is told so', async () => {
  let run = 0;
  const scenario: ChaosRunOptions['scenario'] = async ({ note }) => {
    run += 1;
    note(`run ${run}`);
    throw new Error('wrong');
  };
  const failed = runChaos({ seeds: [5], profile: { topics: [{ name: 't' }] }, scenario });
  await expect(failed).rejects.toThrow('A replay differs');
});

test('a scenario that waits for ever ends with its deadline', async () => {
  const scenario = () => new Promise<void>(() => undefined);
  const run = await replayChaos({ profile: { topics: [] }, scenario, deadline: '1m' }, { seed: 1, steps: [] });
  expect(run.error?.message).toContain('deadline');
});

test('kafkajs runs without sockets', async () => {
  await using broker = await startMockBroker({
    transport: 'memory',
    nodes: 3,
    topics: [{ name: 'orders', partitions: 3 }],
  });
  const { socketFactory } = broker.network;
  const kafka = new Kafka({
    brokers: broker.brokers,
    socketFactory,
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 5 },
  });
  const producer = kafka.producer({ idempotent: true });
  const consumer = kafka.consumer({ groupId: 'g', maxWaitTimeInMs: 50 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  const seen: string[] = [];
  await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) });
  broker.faults.on('Produce').applyThen('disconnect');
  const values = Array.from({ length: 30 }, (_, at) => `${at}`);
  await producer.send({ topic: 'orders', messages: values.map((value) => ({ value })) });
  await broker.crashNode(3);
  await producer.send({ topic: 'orders', messages: [{ partition: 0, value: 'last' }] });
  while (seen.length < 31) await new Promise(setImmediate);
  await Promise.all([producer.disconnect(), consumer.disconnect()]);
  expect(seen.sort()).toEqual([...values, 'last'].sort());
});

test('a broker with sockets has no network to give', async () => {
  await using broker = await startMockBroker();
  expect(() => broker.network).toThrow("transport: 'memory'");
  const tls = { cert: '', key: '' };
  const encrypted = startMockBroker({ transport: 'memory', tls, listeners: [{ protocol: 'SSL' }] });
  await expect(encrypted).rejects.toThrow('encrypts');
});
