import { expect, test } from 'vitest';
import { readReport } from './report.ts';

const report = (states: Readonly<Record<string, string>>) =>
  JSON.stringify({ tests: Object.fromEntries(Object.entries(states).map(([name, state]) => [name, { name, state }])) });

test('tells how each test ended, with the first complaint of those that failed', () => {
  const log = [
    '\x1b[0m\x1b[31m### Test "0002_bad (subtest:12: x=1)" failed at a.c:7:f() at Tue Nov 24 17:00:00 2026: ###',
    'Test assertion failed: "!err": timed out',
    '### Test "0002_bad" failed at a.c:9:g() at Tue Nov 24 17:00:01 2026: ###',
    'a consequence',
  ].join('\n');
  const states = { '<MAIN>': 'FAILED', '0001_good': 'PASSED', '0002_bad': 'FAILED', '0003_out': 'SKIPPED' };
  expect(readReport(report(states), log)).toEqual([
    { name: '0001_good', state: 'passed' },
    { name: '0002_bad', state: 'failed', reason: 'Test assertion failed: "!err": timed out' },
    { name: '0003_out', state: 'skipped' },
  ]);
});

test('a test that never ended has failed', () => {
  expect(readReport(report({ '0001_stuck': 'RUNNING' }), '')).toEqual([
    { name: '0001_stuck', state: 'failed', reason: 'It did not end.' },
  ]);
});
