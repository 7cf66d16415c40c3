// needs: java
import { describe, expect, test } from 'vitest';
import { declared } from './declared.ts';
import { report } from './report.ts';
import { runComparison } from './run.ts';
import { judge } from './verdict.ts';

/** `AREAS=groups,topics` plays only those, to look into one of them; declared rows of others are then not missed. */
const areas = (process.env['AREAS'] ?? '').split(',').filter((area) => area !== '');

describe.each([
  ['4.3.1', 2000],
  ['3.9.2', 1500],
] as const)('against Kafka %s', (kafka, fewest) => {
  test('the same requests get the same answers, but for what is declared', { timeout: 180_000 }, async () => {
    const { requests, differences } = await runComparison(kafka, areas);
    const verdict = judge(differences, declared, kafka);
    const problems = areas.length === 0 ? verdict : { ...verdict, unmet: [] };
    expect.soft(problems.undeclared.length + problems.unmet.length, report(problems, kafka)).toBe(0);
    if (areas.length === 0) expect(requests).toBeGreaterThanOrEqual(fewest);
  });
});
