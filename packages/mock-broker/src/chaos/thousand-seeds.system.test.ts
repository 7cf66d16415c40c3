// needs: nothing
import { expect, test } from 'vitest';
import { pipelineChaos } from '../testing/pipeline-chaos.ts';
import { runChaos } from './run.ts';

test('an exactly-once pipeline keeps its ledger clean under a thousand seeds', { timeout: 600_000 }, async () => {
  const runs = await runChaos(pipelineChaos('transactional', 1000));
  expect(runs.filter(({ trace }) => trace.some((line) => line.includes(' fault: '))).length).toBeGreaterThan(800);
});
