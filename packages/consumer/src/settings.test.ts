import { createMemoryCluster } from '@eventstream/core/testing';
import { describe, expect, test } from 'vitest';
import { type AnyConsumerOptions, settingsOf } from './settings.ts';
import { shop } from './testing/shop.ts';

const nothing = () => undefined;
const options = (more: object): AnyConsumerOptions => ({
  catalog: shop,
  group: 'billing',
  transport: createMemoryCluster().transport(),
  handlers: { 'shop.order.placed': nothing, 'shop.order.cancelled': nothing, 'shop.cart.changed': nothing },
  ...more,
});

describe('the settings of a consumer', () => {
  test('are complete without an option', () => {
    const settings = settingsOf(options({}));
    expect(settings).toMatchObject({
      topics: ['shop.orders', 'shop.carts'],
      attempts: 3,
      concurrency: 100,
      order: 'key',
      highWater: 1000,
      lowWater: 500,
      maxBytes: 16_777_216,
      startFrom: 'earliest',
      commitEveryMs: 100,
      drainTimeoutMs: 25_000,
      handlerTimeoutMs: null,
      skipUnknown: false,
    });
    expect(settings.deadLetterTopic?.('shop.orders')).toBe('shop.orders.billing.dead');
    expect(settings.name).toMatch(/^.+:\d+$/);
  });

  test('leave the given options as they are', () => {
    const given = Object.freeze(
      options({ topics: Object.freeze(['shop.carts', 'shop.carts']), handlers: { 'shop.cart.changed': nothing } }),
    );
    expect(settingsOf(given).topics).toEqual(['shop.carts']);
  });

  test.each([
    ['group', { group: '' }],
    ['topics', { topics: [] }],
    ['handlers', { handlers: { 'shop.order.placed': nothing } }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['retry.inPlace.attempts', { retry: { inPlace: { attempts: 0 } } }],
    ['highWater', { highWater: 0 }],
    ['lowWater', { highWater: 10, lowWater: 10 }],
    ['maxBytes', { maxBytes: '12 potatoes' }],
    ['commitEvery', { commitEvery: 'soon' }],
    ['drainTimeout', { drainTimeout: -1 }],
    ['handlerTimeout', { handlerTimeout: '5 minutes' }],
    ['deadLetters.topic', { deadLetters: { topic: () => 'shop.carts' } }],
  ])('refuse a wrong %s by name: %j', (option, more) => {
    expect(() => settingsOf(options(more))).toThrow(
      expect.objectContaining({ code: 'config-invalid', facts: { option } }) as Error,
    );
  });
});
