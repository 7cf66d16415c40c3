import { createMemoryCluster } from '@eventstream/core/testing';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createConsumer, type ReceivedEvent } from './index.ts';
import { shop } from './testing/shop.ts';

const transport = createMemoryCluster().transport();
const base = { catalog: shop, group: 'billing', transport } as const;
const nothing = () => undefined;

describe('the types of a consumer', () => {
  test('give each handler its own event, without a generic', () => {
    createConsumer({
      ...base,
      handlers: {
        'shop.order.placed': (event, context) => {
          expectTypeOf(event.data).toEqualTypeOf<{ orderId: string; total: number; currency: string }>();
          expectTypeOf(event.type).toEqualTypeOf<'shop.order.placed'>();
          expectTypeOf(event.key).toEqualTypeOf<string | null>();
          expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
          expectTypeOf(context.attempt).toEqualTypeOf<number>();
          // @ts-expect-error the data has no such field
          void event.data.sku;
        },
        'shop.order.cancelled': async ({ data }) => expectTypeOf(data).toEqualTypeOf<{ orderId: string }>(),
        'shop.cart.changed': ({ data }) => expectTypeOf(data).toEqualTypeOf<{ sku: string }>(),
      },
    });
  });

  test('want a handler for every type on the topics', () => {
    expect(() =>
      createConsumer({
        ...base,
        // @ts-expect-error shop.cart.changed has no handler
        handlers: { 'shop.order.placed': nothing, 'shop.order.cancelled': nothing },
      }),
    ).toThrow('"shop.cart.changed" has no handler');
  });

  test('want only those of the named topics', () => {
    createConsumer({ ...base, topics: ['shop.carts'], handlers: { 'shop.cart.changed': nothing } });
    createConsumer({
      ...base,
      handlers: { 'shop.order.placed': nothing, 'shop.order.cancelled': nothing },
      topics: ['shop.orders'],
    });
    expect(() =>
      createConsumer({
        ...base,
        topics: ['shop.carts'],
        // @ts-expect-error shop.order.placed is not on shop.carts
        handlers: { 'shop.cart.changed': nothing, 'shop.order.placed': nothing },
      }),
    ).toThrow('"shop.order.placed" is not a type on the subscribed topics');
  });

  test('refuse a type and a topic that are not in the catalog', () => {
    expect(() =>
      createConsumer({
        ...base,
        handlers: {
          'shop.order.placed': nothing,
          'shop.order.cancelled': nothing,
          'shop.cart.changed': nothing,
          // @ts-expect-error no such type
          'shop.order.lost': nothing,
        },
      }),
    ).toThrow('"shop.order.lost" is not a type on the subscribed topics');
    expect(() =>
      createConsumer({
        ...base,
        // @ts-expect-error no such topic
        topics: ['shop.parcels'],
        handlers: { 'shop.order.placed': nothing, 'shop.order.cancelled': nothing, 'shop.cart.changed': nothing },
      }),
    ).toThrow('"shop.parcels" is not in the catalog');
  });

  test('let a handler be written apart', () => {
    const charge = async (event: ReceivedEvent<'shop.order.placed', { orderId: string; total: number }>) =>
      event.data.total;
    createConsumer({
      ...base,
      topics: ['shop.orders'],
      handlers: { 'shop.order.placed': charge, 'shop.order.cancelled': nothing },
    });
  });
});
