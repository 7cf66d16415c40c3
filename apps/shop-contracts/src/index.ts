import { defineCatalog, defineEvent } from '@eventstream/contracts';
import { z } from 'zod';

const sku = z.string().min(1).max(40);

/** Everything that can happen in the shop. Page, collector, API and worker all take their types and checks from here. */
export const shop = defineCatalog([
  // Tracked in the page. No key of their own: the visitor's events stay in order.
  defineEvent('shop.page.viewed', {
    version: 1,
    topic: 'shop.visits',
    data: z.object({ url: z.string().max(2000), referrer: z.string().max(2000), title: z.string().max(300) }),
    purposes: ['analytics'],
    retention: '7d',
    owner: 'web',
  }),
  defineEvent('shop.cart.changed', {
    version: 1,
    topic: 'shop.visits',
    data: z.object({ sku, quantity: z.int().min(0).max(99) }),
    purposes: ['contract'],
    owner: 'web',
  }),
  defineEvent('shop.checkout.started', {
    version: 1,
    topic: 'shop.visits',
    data: z.object({ orderId: z.uuid(), sku, click: z.int().positive() }),
    purposes: ['contract'],
    owner: 'web',
  }),
  // Sent by the backend, in order per order.
  defineEvent('shop.order.placed', {
    version: 1,
    topic: 'shop.orders',
    key: (order) => order.orderId,
    data: z.object({ orderId: z.uuid(), sku, total: z.number().positive(), currency: z.enum(['EUR', 'USD']) }),
    purposes: ['contract'],
    retention: '365d',
    owner: 'orders',
  }),
]);

/** The group of the orders worker; the live page shows its progress and its dead letters. */
export const workerGroup = 'orders-worker';

/** The key the shop's page shows to the collector: public, bound to the shop's origin. */
export const shopWriteKey = 'pub_shop';

/** Topics to create before anything starts: those of the catalog and where the worker's dead letters go. */
export const shopTopics = shop.topics.flatMap((topic) => [
  { topic, partitions: 3 },
  { topic: `${topic}.${workerGroup}.dead`, partitions: 3 },
]);
