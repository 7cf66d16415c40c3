import { expect, test } from 'vitest';
import { complaint, judge } from './verdict.ts';

const outcomes = [
  { name: '0001_old', state: 'passed' },
  { name: '0002_new', state: 'passed' },
  { name: '0003_broken', state: 'failed', reason: 'timed out' },
  { name: '0004_left_out', state: 'skipped' },
] as const;

test('what passes beyond the record is a gain and no complaint', () => {
  const verdict = judge(outcomes, ['0001_old']);
  expect(verdict.gained).toEqual(['0002_new']);
  expect(verdict.failed.map(({ name }) => name)).toEqual(['0003_broken']);
  expect(complaint(verdict)).toBeUndefined();
});

test('a test that has passed before and fails, is left out or is gone is named with the reason', () => {
  const text = complaint(judge(outcomes, ['0001_old', '0003_broken', '0004_left_out', '0005_gone']));
  expect(text).toContain('3 test(s) that have passed before');
  expect(text).toContain('0003_broken: timed out');
  expect(text).toContain('0004_left_out: skipped');
  expect(text).toContain('0005_gone: It is not among the tests any more.');
});
