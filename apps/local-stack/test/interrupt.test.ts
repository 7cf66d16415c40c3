import path from 'node:path';
import { startProcess } from '@eventstream/tooling';
import { expect, test } from 'vitest';

test('Ctrl-C drains, reports what each part handled, and ends with 0', { timeout: 30_000 }, async () => {
  await using stack = await startProcess(process.execPath, [path.join(import.meta.dirname, '../dist/main.js')]);
  await stack.waitForLine(/Ctrl-C drains/);
  const table = stack.output();
  for (const name of ['shop', 'live page', 'collector', 'orders API', 'mock broker']) {
    expect(table).toMatch(new RegExp(`  ${name} +(http://)?127\\.0\\.0\\.1:\\d+ `));
  }
  const ordersApi = /orders API +(\S+)/.exec(table)?.[1];
  const answer = await fetch(`${ordersApi}/orders`, { method: 'POST', body: JSON.stringify({ sku: 'lamp' }) });
  expect(answer.status).toBe(201);
  await stack.waitForLine(/worker {2}order .*49 EUR for lamp/);
  await expect(stack.stop({ signal: 'SIGINT' })).resolves.toEqual({ code: 0, signal: null });
  expect(stack.output()).toMatch(/orders-worker {2}handled 1, retried 0, dead-lettered 0, unfinished 0/);
});
