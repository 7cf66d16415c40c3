import type { Outcome } from './librdkafka/report.ts';

/** A run beside what was recorded. */
export type Verdict = {
  readonly passed: readonly string[];
  readonly failed: readonly Outcome[];
  /** Recorded as passing, and not passing now: whatever else improves, this is a step back. */
  readonly lost: readonly Outcome[];
  /** Passing now, and not recorded yet. */
  readonly gained: readonly string[];
};

/** Compares outcomes with the names of tests that have passed before. */
export function judge(outcomes: readonly Outcome[], recorded: readonly string[]): Verdict {
  const passed = outcomes.filter(({ state }) => state === 'passed').map(({ name }) => name);
  const byName = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const lost = recorded
    .filter((name) => !passed.includes(name))
    .map(
      (name): Outcome => byName.get(name) ?? { name, state: 'failed', reason: 'It is not among the tests any more.' },
    );
  return {
    passed,
    failed: outcomes.filter(({ state }) => state === 'failed'),
    lost,
    gained: passed.filter((name) => !recorded.includes(name)),
  };
}

/** What fails a run: `undefined` when nothing that has passed before fails. */
export function complaint({ lost }: Verdict): string | undefined {
  if (lost.length === 0) return undefined;
  const lines = lost.map(({ name, state, reason }) => `  ${name}: ${reason ?? state}`);
  return `${lost.length} test(s) that have passed before do not pass now, not even alone:\n${lines.join('\n')}\nRepair what broke them; the recorded floor is never lowered.`;
}
