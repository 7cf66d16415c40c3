import { expect, test } from 'vitest';
import { raise, readRecord } from './record.ts';

test('recording a run adds names and never takes one away', async () => {
  const record = await readRecord();
  const before = record.passing.mock.classic ?? [];
  const raised = raise(record, { target: 'mock', protocol: 'classic', passed: ['9999_new'] });
  expect(raised.passing.mock.classic).toEqual([...before, '9999_new']);
  expect(raised.passing.kafka).toBe(record.passing.kafka);
});

test('the mock broker passes what a real Kafka passes', async () => {
  const { mock, kafka } = (await readRecord()).passing;
  expect((kafka.classic ?? []).filter((name) => !mock.classic?.includes(name))).toEqual([]);
});
