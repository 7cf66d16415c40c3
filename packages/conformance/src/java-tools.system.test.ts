// needs: java
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, clusters } from './java/clusters.ts';
import { type CaseOutcome, type JavaPrograms, javaPrograms, outcomesIn } from './java/program.ts';
import { toolFiles, toolSteps } from './java/tools/index.ts';

type Outcomes = ReadonlyMap<string, CaseOutcome>;

let programs: JavaPrograms;
let folder: string;
let onKafka: Outcomes;

beforeAll(async () => {
  programs = await javaPrograms();
  folder = await mkdtemp(path.join(tmpdir(), 'eventstream-tools-'));
  for (const [name, content] of Object.entries(toolFiles)) {
    await writeFile(path.join(folder, name), JSON.stringify(content));
  }
  await using kafka = await clusters.kafka(1);
  onKafka = await runAll(kafka);
});
afterAll(async () => {
  await programs?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true });
});

async function runAll({ bootstrapServers }: Cluster): Promise<Outcomes> {
  const fill = (arg: string) => arg.replace('{bootstrap}', bootstrapServers).replace('{folder}', folder);
  const steps = toolSteps.map((step) => ({ ...step, args: step.args.map(fill) }));
  const file = path.join(folder, 'steps.json');
  await writeFile(file, JSON.stringify(steps));
  return outcomesIn(await programs.run('Tools', [file], { timeoutMs: 180_000 }));
}

/** What a tool wrote, without what is another in every cluster, and without the order of lines. */
function comparable(text: string): string {
  const lines = text
    .replaceAll(/(localhost|127\.0\.0\.1):\d+/g, '<address>')
    .replaceAll(/\b(?=\w*[A-Z_-])[\w-]{22}\b/g, '<id>')
    .replaceAll(/[ \t]+/g, ' ')
    .split('\n')
    .map((line) => line.trim());
  return lines.filter(Boolean).sort().join('\n');
}

describe.each([1, 3] as const)('Kafka’s command-line tools on %d node(s)', (nodes) => {
  let onMock: Outcomes;
  beforeAll(async () => {
    await using mock = await clusters.mock(nodes);
    onMock = await runAll(mock);
  });

  test.each(toolSteps.map((step) => [step.name, step] as const))('%s', (name, { shows, fails, differs }) => {
    const kafka = onKafka.get(name);
    expect(kafka?.ok, `the step itself is wrong, Kafka 4.3.1 answers:\n${kafka?.detail}`).toBe(!fails);
    const mock = onMock.get(name);
    expect(mock?.ok, `the tool wrote:\n${mock?.detail}`).toBe(!fails);
    for (const pattern of shows) {
      expect(kafka?.detail, 'the step itself is wrong, Kafka 4.3.1 shows something else').toMatch(pattern);
      expect(mock?.detail).toMatch(pattern);
    }
    const isComparable = differs === undefined && nodes === 1;
    if (isComparable) expect(comparable(mock?.detail ?? '')).toBe(comparable(kafka?.detail ?? ''));
  });
});
