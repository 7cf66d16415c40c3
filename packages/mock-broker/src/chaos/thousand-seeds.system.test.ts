// needs: nothing
import { expect, test } from 'vitest';
import { groupPipelineChaos } from '../testing/group-pipeline.ts';
import { runChaos } from './run.ts';

/** Members come, leave and crash, and the cluster misbehaves: see `src/testing/group-pipeline.ts`. */
test.each([
  ['classic', 0],
  ['consumer', 500],
] as const)(
  'an exactly-once pipeline in a %s group keeps its ledger clean under five hundred seeds',
  {
    timeout: 600_000,
  },
  async (protocol, after) => {
    const seeds = Array.from({ length: 500 }, (_, at) => after + at + 1);
    const runs = await runChaos(groupPipelineChaos({ protocol }, seeds));
    const tells = (words: string) => runs.filter(({ trace }) => trace.some((line) => line.includes(words))).length;
    expect(tells(' fault: ')).toBeGreaterThan(400);
    expect(tells('has crashed')).toBeGreaterThan(200);
  },
);
