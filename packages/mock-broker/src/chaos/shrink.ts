import type { ChaosRun } from './run.ts';
import type { ChaosSchedule, ChaosStep } from './schedule.ts';

/** The run with the fewest steps found that still fails: taken away by halves, then by smaller and smaller parts. */
export async function shrink(
  failed: ChaosRun,
  replay: (schedule: ChaosSchedule) => Promise<ChaosRun>,
): Promise<ChaosRun> {
  let best = failed;
  let size = Math.ceil(best.schedule.steps.length / 2);
  while (size >= 1) {
    const smaller = await firstFailing(parts(best.schedule.steps, size), best.schedule.seed, replay);
    if (smaller) best = smaller;
    else if (size === 1) break;
    size = smaller ? Math.min(size, best.schedule.steps.length) : Math.ceil(size / 2);
  }
  return best;
}

/** The steps without each run of `size` of them. */
function parts(steps: readonly ChaosStep[], size: number): ChaosStep[][] {
  const starts = Array.from({ length: Math.ceil(steps.length / size) }, (_, at) => at * size);
  return starts.map((start) => steps.filter((_, at) => at < start || at >= start + size));
}

async function firstFailing(
  candidates: readonly ChaosStep[][],
  seed: number,
  replay: (schedule: ChaosSchedule) => Promise<ChaosRun>,
): Promise<ChaosRun | undefined> {
  for (const steps of candidates) {
    const run = await replay({ seed, steps });
    if (run.error) return run;
  }
  return undefined;
}
