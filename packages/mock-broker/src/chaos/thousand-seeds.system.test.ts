// needs: nothing
import { expect, test } from 'vitest';
import { pipelineChaos } from '../testing/pipeline-chaos.ts';
import { runChaos } from './run.ts';

test('an exactly-once pipeline keeps its ledger clean under a thousand seeds, in less than a minute', async () => {
  const startedAt = performance.now();
  const runs = await runChaos(pipelineChaos('transactional', 1000));
  expect(runs.filter(({ trace }) => trace.some((line) => line.includes(' fault: '))).length).toBeGreaterThan(800);
  expect(performance.now() - startedAt).toBeLessThan(60_000);
});
