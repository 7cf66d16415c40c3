import { expect, test } from 'vitest';
import { runOnce } from '../src/once.ts';
import { startStack } from '../src/stack.ts';

test('one scripted visit: every offered event is handled exactly once, and its journey is told', async () => {
  const lines: string[] = [];
  const stack = await startStack({});
  await expect(runOnce(stack, (line) => lines.push(line))).resolves.toBe(true);
  const told = lines.join('\n');
  expect(told).toContain('4 of 4 events handled exactly once');
  expect(told.match(/page tracks it/g)).toHaveLength(3);
  expect(told).toMatch(/collector has it on Kafka: shop\.visits\/\d @\d/);
  expect(told).toMatch(/orders-api has it on Kafka: shop\.orders\/\d @0/);
  expect(told).toContain('orders-worker  handled 4, retried 0, dead-lettered 0, unfinished 0');
});
