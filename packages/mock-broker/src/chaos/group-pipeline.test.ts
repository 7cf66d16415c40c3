import { describe, expect, test } from 'vitest';
import { groupPipelineChaos } from '../testing/group-pipeline.ts';
import { type ChaosRun, replayChaos, runChaos } from './run.ts';

const tells = (runs: readonly ChaosRun[], words: string): number =>
  runs.filter(({ trace }) => trace.some((line) => line.includes(words))).length;

describe.each(['classic', 'consumer'] as const)(
  'a pipeline whose members come, leave and crash, in a %s group',
  (protocol) => {
    test('keeps its ledger clean under every seed', { timeout: 60_000 }, async () => {
      const runs = await runChaos(groupPipelineChaos({ protocol }, 50));
      // Chaos that nobody meets proves nothing.
      expect(tells(runs, ' fault: ')).toBeGreaterThan(40);
      expect(tells(runs, 'has crashed')).toBeGreaterThan(20);
      expect(tells(runs, 'members 3')).toBeGreaterThan(40);
      expect(tells(runs, 'begins anew')).toBeGreaterThan(40);
    });
  },
);

test('members that commit without their generation are found out, and fail again in the same way', {
  timeout: 60_000,
}, async () => {
  // Classic members alone: the members of KIP-848 have a partition only after its last owner has given it up.
  const how = { protocol: 'classic', forgetsItsGeneration: true } as const;
  const failure = await runChaos(groupPipelineChaos(how, 50)).catch((error) => error);
  expect(failure.message).toMatch(/^Seed \d+ fails: lost \[\], more than once \[.+\]/);
  expect(failure.message).toContain('A replay is the same line by line.');
  expect(failure.facts.steps).toBeLessThan(5);
  const schedule = JSON.parse(failure.message.split('\n').at(-1));
  const one = await replayChaos(groupPipelineChaos(how, 1), schedule);
  const other = await replayChaos(groupPipelineChaos(how, 1), schedule);
  expect(one.error?.message).toBeDefined();
  expect(one.trace).toEqual(other.trace);
});
