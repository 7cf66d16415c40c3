import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  defineCatalog,
  defineEvent,
  type EventData,
  type EventInput,
  type EventTopics,
  type EventTypes,
  type EventTypesOn,
} from './index.ts';

const shop = defineCatalog([
  defineEvent('shop.order.placed', {
    version: 2,
    topic: 'shop.orders',
    key: (order) => order.orderId,
    data: z.object({
      orderId: z.uuid(),
      total: z.number().positive(),
      currency: z.enum(['EUR', 'USD']).default('EUR'),
    }),
    retention: '7d',
  }),
  defineEvent('shop.cart.changed', { version: 1, topic: 'shop.carts', data: z.object({ sku: z.string() }) }),
  defineEvent('shop.cart.emptied', { version: 1, topic: 'shop.carts', data: z.object({}) }),
]);
type Shop = typeof shop;

describe('a catalog', () => {
  test('gives every type, topic and payload from one value', () => {
    expectTypeOf<EventTypes<Shop>>().toEqualTypeOf<'shop.order.placed' | 'shop.cart.changed' | 'shop.cart.emptied'>();
    expectTypeOf<EventTopics<Shop>>().toEqualTypeOf<'shop.orders' | 'shop.carts'>();
    expectTypeOf<EventTypesOn<Shop, 'shop.carts'>>().toEqualTypeOf<'shop.cart.changed' | 'shop.cart.emptied'>();
    expectTypeOf<EventInput<Shop, 'shop.order.placed'>>().toEqualTypeOf<{
      orderId: string;
      total: number;
      currency?: 'EUR' | 'USD' | undefined;
    }>();
    expectTypeOf<EventData<Shop, 'shop.order.placed'>>().toEqualTypeOf<{
      orderId: string;
      total: number;
      currency: 'EUR' | 'USD';
    }>();
    expect(shop.topics).toEqual(['shop.orders', 'shop.carts']);
    expect(shop.contract('shop.order.placed').retention).toBe(604_800_000);
  });

  test('refuses an unknown type by naming the known ones', () => {
    expect(() => shop.contract('shop.order.lost')).toThrow(
      'No contract for event type "shop.order.lost". Define it, or use one of: shop.order.placed, shop.cart.changed, shop.cart.emptied.',
    );
  });

  test('refuses two contracts of one type', () => {
    const one = defineEvent('shop.cart.changed', { version: 1, topic: 'a', data: z.object({}) });
    expect(() => defineCatalog([one, one])).toThrow('"shop.cart.changed" is defined twice');
  });
});

describe('a contract', () => {
  const define = (data: z.ZodType) => defineEvent('shop.a.b', { version: 1, topic: 't', data });

  test.each([
    ['a transform', z.object({ a: z.string().transform(Number) }), 'data.a is a pipe or codec'],
    ['a Date', z.object({ a: z.object({ b: z.date() }) }), 'data.a.b is a Date'],
    ['a bigint in an array', z.object({ a: z.array(z.bigint()) }), 'data.a[] is a bigint'],
    ['a Map', z.object({ a: z.map(z.string(), z.string()).optional() }), 'data.a is a Map'],
    ['a union with a Set', z.union([z.string(), z.set(z.string())]), 'data is a Set'],
  ])('refuses %s, which could not be read back', (_what, schema, message) => {
    expect(() => define(schema)).toThrow(message);
  });

  test('takes recursive schemas', () => {
    const node = z.object({
      name: z.string(),
      get children() {
        return z.array(node);
      },
    });
    expect(define(node).type).toBe('shop.a.b');
  });

  test.each([
    ['type', () => defineEvent('Order', { version: 1, topic: 't', data: z.object({}) }), '"Order" is not a type name'],
    [
      'topic',
      () => defineEvent('a.b', { version: 1, topic: 'a b', data: z.object({}) }),
      '"a b" is not a Kafka topic name',
    ],
    [
      'version',
      () => defineEvent('a.b', { version: 0, topic: 't', data: z.object({}) }),
      'is 0; use a whole number from 1',
    ],
    [
      'retention',
      // @ts-expect-error a unit that does not exist
      () => defineEvent('a.b', { version: 1, topic: 't', data: z.object({}), retention: '7 days' }),
      '"7 days" is not understood',
    ],
  ])('refuses a wrong %s at definition', (_option, run, message) => {
    expect(run).toThrow(message);
  });

  test('types the key function from the schema', () => {
    defineEvent('a.b', {
      version: 1,
      topic: 't',
      data: z.object({ id: z.string(), n: z.number() }),
      // @ts-expect-error a key is a string or null
      key: (data) => data.n,
    });
  });
});
