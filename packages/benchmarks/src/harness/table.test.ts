import { expect, test } from 'vitest';
import type { Row } from './row.ts';
import { figure, isReached, markdownTable, ratioOf, replaceResults } from './table.ts';

const speed: Row = {
  benchmark: 'single-send',
  what: 'a | b',
  unit: 'events/s',
  better: 'more',
  ours: { name: 'SDK', values: [80_000, 90_000, 100_000], cpu: [5.04, 5, 6] },
  peer: { name: 'kafkajs', values: [9_000, 10_000, 11_000] },
  goal: { of: 'ratio', bound: 8 },
};
const latency: Row = {
  benchmark: 'latency',
  what: 'p50',
  unit: 'ms',
  better: 'less',
  ours: { name: 'SDK', values: [2.5] },
  peer: { name: 'kafkajs', values: [5] },
  goal: { of: 'value', bound: 2 },
};
const cells = (row: Row) =>
  markdownTable([row])
    .split('\n')[2]
    ?.split(/ (?<!\\)\| /);

test('a row shows medians, ranges, the ratio, the goal and the CPU of both sides', () => {
  expect(cells(speed)?.map((cell) => cell.replaceAll(/^\| | \|$/g, ''))).toEqual([
    'single-send: a \\| b',
    'SDK: **90,000** events/s (80,000–100,000)',
    'kafkajs: **10,000** events/s (9,000–11,000)',
    '9×',
    '≥ 8×: reached',
    '5.04',
  ]);
});

test('a ratio above 1 means ours is better, whichever way the figure counts', () => {
  expect(ratioOf(speed)).toBe(9);
  expect(ratioOf(latency)).toBe(2);
});

test('a missed goal is said', () => {
  expect(isReached(latency)).toBe(false);
  expect(markdownTable([latency])).toContain('≤ 2 ms: **missed**');
  expect(markdownTable([latency])).toContain('(one run)');
});

test('an absent peer is named with its command, and the goal stays open', () => {
  const row: Row = { ...speed, peer: { name: 'librdkafka', absent: 'needs pip install confluent-kafka' } };
  expect(isReached(row)).toBeUndefined();
  const text = markdownTable([row]);
  expect(text).toContain('not measured: needs pip install confluent-kafka');
  expect(text).toContain('≥ 8×: open');
});

test('every line has as many cells as the head', () => {
  const widths = markdownTable([speed, latency])
    .split('\n')
    .map((text) => text.split(/(?<!\\)\|/).length);
  expect(new Set(widths).size).toBe(1);
});

test('figures carry three digits, but bytes all of theirs', () => {
  expect([0.12345, 1.5, 1234.5, 1_234_567].map((value) => figure(value))).toEqual([
    '0.123',
    '1.5',
    '1,230',
    '1,230,000',
  ]);
  expect(figure(5759, 'bytes')).toBe('5,759');
});

test('the CPU of both sides stands side by side', () => {
  const row: Row = { ...speed, peer: { name: 'kafkajs', values: [9], cpu: [108.4, 110] } };
  expect(markdownTable([row])).toContain('| 5.04, 109 |');
});

test("only what stands between a group's markers is replaced, again and again", () => {
  const section = (group: string) =>
    `<!-- results of ${group}: written by npm run bench -->\n${group} were old\n<!-- end of results -->\n`;
  const page = `before\n${section('events')}between\n${section('brokers')}after\n`;
  const once = replaceResults(page, 'brokers', 'new');
  expect(once).toBe(page.replace('\nbrokers were old\n', '\n\nnew\n\n'));
  expect(replaceResults(once, 'brokers', 'new')).toBe(once);
  expect(() => replaceResults('no markers', 'brokers', 'new')).toThrow('needs the lines');
  expect(() => replaceResults(page, 'others', 'new')).toThrow('needs the lines');
});
