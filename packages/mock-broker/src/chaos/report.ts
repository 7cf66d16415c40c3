import type { ChaosRun } from './run.ts';
import { describeSchedule } from './schedule.ts';

const LINES = 40;

/** What a failed chaos run prints: what was wrong, what it takes, what happened, and how to see it again. */
export function report({ run, shrunk, isAlike }: { run: ChaosRun; shrunk: ChaosRun; isAlike: boolean }): string {
  const { seed, steps } = run.schedule;
  const kept = shrunk.schedule.steps.length;
  const { trace } = shrunk;
  const left = trace.length - LINES;
  return [
    `Seed ${seed} fails: ${shrunk.error?.message}`,
    `It takes ${kept} of its ${steps.length} misfortunes:`,
    describeSchedule(shrunk.schedule),
    `What happened${left > 0 ? `, without the first ${left} lines` : ''}:`,
    ...trace.slice(-LINES).map((line) => `  ${line}`),
    isAlike
      ? `A replay is the same line by line. Run it alone with \`seeds: [${seed}]\`, or give replayChaos this schedule:`
      : `A replay differs, so the scenario is not deterministic: it waits or draws by other means than the world's. The schedule:`,
    `  ${JSON.stringify(shrunk.schedule)}`,
  ].join('\n');
}
