import { defineCatalog, defineEvent } from '@eventstream/contracts';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { createTracker } from './index.ts';
import type { EventInput, EventTypes, PageViewTypes, Tracker, TrackerOptions } from './types.ts';

const shop = defineCatalog([
  defineEvent('shop.cart.changed', {
    version: 1,
    topic: 'shop.carts',
    key: (cart) => cart.sku,
    data: z.object({ sku: z.string(), quantity: z.number().default(1) }),
    purposes: ['contract'],
  }),
  defineEvent('shop.page.viewed', {
    version: 1,
    topic: 'shop.pages',
    key: (view) => view.url,
    data: z.object({ url: z.string(), referrer: z.string(), title: z.string() }),
    purposes: ['statistics'],
  }),
]);
type Shop = typeof shop;

/** Only for the compiler: never called. */
type Check = (track: Tracker<Shop>, untyped: Tracker) => void;

test('types flow from the catalog', () => {
  expectTypeOf<EventTypes<Shop>>().toEqualTypeOf<'shop.cart.changed' | 'shop.page.viewed'>();
  expectTypeOf<EventInput<Shop, 'shop.cart.changed'>>().toEqualTypeOf<{ sku: string; quantity?: number | undefined }>();
  expectTypeOf<PageViewTypes<Shop>>().toEqualTypeOf<'shop.page.viewed'>();
  expectTypeOf<ReturnType<typeof createTracker<Shop>>>().toEqualTypeOf<Tracker<Shop>>();
});

test('a call is checked: type, data, options', () => {
  const calls: Check = (track, untyped) => {
    track('shop.cart.changed', { sku: 'A1', quantity: 2 });
    // What the schema fills in need not be given.
    track('shop.cart.changed', { sku: 'A1' });
    track('shop.cart.changed', { sku: 'A1' }, { time: 1, id: '0199', traceparent: '00-' });
    // @ts-expect-error an unknown type
    track('shop.cart.chnaged', { sku: 'A1' });
    // @ts-expect-error data of the wrong type
    track('shop.cart.changed', { sku: 1 });
    // @ts-expect-error the data of another event
    track('shop.cart.changed', { url: '', referrer: '', title: '' });
    // @ts-expect-error missing data
    track('shop.cart.changed');
    // @ts-expect-error an unknown option
    track('shop.cart.changed', { sku: 'A1' }, { when: 1 });
    // Without a catalog everything goes, and nothing is promised.
    untyped('anything', { at: 'all' });
  };
  expectTypeOf(calls).toBeFunction();
  expectTypeOf<ReturnType<Tracker<Shop>>>().toEqualTypeOf<string>();
});

test('page views need an event whose data a page view fills', () => {
  const options = { endpoint: '/events', writeKey: 'pub_shop' } as const;
  expectTypeOf({ ...options, pageViews: 'shop.page.viewed' } as const).toExtend<TrackerOptions<Shop>>();
  // @ts-expect-error a cart is not filled from a page view
  const wrong: TrackerOptions<Shop> = { ...options, pageViews: 'shop.cart.changed' };
  expectTypeOf(wrong).toEqualTypeOf<TrackerOptions<Shop>>();
});
