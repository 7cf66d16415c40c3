// needs: java
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusters } from './java/clusters.ts';
import { type CaseOutcome, caseNames, type JavaPrograms, javaPrograms, outcomesIn } from './java/program.ts';

/**
 * What the cases tell on a Kafka 4.3.1 of three nodes. Three more JVMs are too many to run them each time: the record is
 * made anew, and compared meanwhile, with EVENTSTREAM_RECORD=1.
 */
const record = path.join(import.meta.dirname, '../recordings/java-cases-on-3-nodes.json');
const records = process.env['EVENTSTREAM_RECORD'] === '1';

const names = await caseNames();
type Outcomes = ReadonlyMap<string, CaseOutcome>;

async function outcomesOn(kind: keyof typeof clusters, nodes: 1 | 3, programs: JavaPrograms): Promise<Outcomes> {
  await using cluster = await clusters[kind](nodes);
  return outcomesIn(await programs.run('Cases', [cluster.bootstrapServers, String(nodes)], { timeoutMs: 180_000 }));
}

async function recordedOutcomes(programs: JavaPrograms): Promise<Outcomes> {
  if (records) {
    const live = [...(await outcomesOn('kafka', 3, programs))].sort(([one], [other]) => (one < other ? -1 : 1));
    await writeFile(record, `${JSON.stringify(Object.fromEntries(live), undefined, 2)}\n`);
  }
  return new Map(Object.entries(JSON.parse(await readFile(record, 'utf8')) as Record<string, CaseOutcome>));
}

describe.each([1, 3] as const)('the Java clients 4.3.1 on %d node(s)', (nodes) => {
  let programs: JavaPrograms;
  let onMock: Outcomes;
  let onKafka: Outcomes;

  beforeAll(async () => {
    programs = await javaPrograms();
    onMock = await outcomesOn('mock', nodes, programs);
    onKafka = nodes === 1 ? await outcomesOn('kafka', nodes, programs) : await recordedOutcomes(programs);
  });
  afterAll(() => programs?.[Symbol.asyncDispose]());

  test('every case ran', () => {
    expect([...onMock.keys()].sort()).toEqual([...names].sort());
    const again = 'run this file with EVENTSTREAM_RECORD=1 to record the cases of three nodes anew';
    expect([...onKafka.keys()].sort(), again).toEqual([...names].sort());
  });

  test.each(names)('%s', (name) => {
    const kafka = onKafka.get(name);
    expect(kafka?.ok, `the case itself is wrong, it fails on Kafka 4.3.1: ${kafka?.detail}`).toBe(true);
    const mock = onMock.get(name);
    expect(mock?.ok, `on the mock broker it fails, on Kafka 4.3.1 it tells ${kafka?.detail}:\n${mock?.detail}`).toBe(
      true,
    );
    expect(mock?.detail, 'left: the mock broker, right: Kafka 4.3.1').toBe(kafka?.detail);
  });
});
