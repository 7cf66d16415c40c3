import { describe, expect, test } from 'vitest';
import type { KafkajsOptions } from './options.ts';
import { resolveSettings } from './settings.ts';

describe('settings', () => {
  test.each([
    ['a:1,b:2', ['a:1', 'b:2']],
    [' a , b:2 ', ['a:9092', 'b:2']],
    [['a:1'], ['a:1']],
  ])('brokers %j', (brokers, expected) => {
    expect(resolveSettings({ brokers }).brokers).toEqual(expected);
  });

  test('defaults', () => {
    expect(resolveSettings({ brokers: 'b' })).toMatchObject({
      lingerMs: 0,
      batchBytes: 262_144,
      batchRecords: 500,
      maxRequestBytes: 1_048_576,
      bufferBytes: 33_554_432,
      acks: -1,
      idempotent: true,
      deliveryTimeoutMs: 120_000,
      connectTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      autoCreateTopics: false,
      fetchMaxWaitMs: 250,
    });
    expect(resolveSettings({ brokers: 'b', acks: 'leader' })).toMatchObject({ acks: 1, idempotent: false });
  });

  test('a batch is never larger than a request may be', () => {
    expect(resolveSettings({ brokers: 'b', maxRequestBytes: '10 KiB' }).batchBytes).toBe(10_240);
  });

  test.each<[string, Partial<KafkajsOptions>]>([
    ['brokers', { brokers: ' , ' }],
    ['linger', { linger: '2m' }],
    ['batchRecords', { batchRecords: 0 }],
    ['maxRequestBytes', { maxRequestBytes: 10 }],
    ['bufferBytes', { bufferBytes: 0 }],
    ['idempotent', { idempotent: true, acks: 'none' }],
    ['acks', { acks: 'most' as never }],
    ['compression', { compression: 'zstd' as never }],
    ['deliveryTimeout', { deliveryTimeout: 1 }],
    ['connectTimeout', { connectTimeout: 'soon' as never }],
    ['requestTimeout', { requestTimeout: 5 }],
    ['fetchMaxWait', { fetchMaxWait: '2m' }],
  ])('refuses a wrong "%s" by its name', (option, options) => {
    expect(() => resolveSettings({ brokers: 'b', ...options })).toThrow(
      expect.objectContaining({ code: 'config-invalid', facts: { option } }),
    );
  });
});
