import { defineCatalog, defineEvent } from '@eventstream/contracts';
import { z } from 'zod';

/** The catalog of the producer's own tests. */
export const shop = defineCatalog([
  defineEvent('shop.order.placed', {
    version: 1,
    topic: 'shop.orders',
    key: (order) => order.orderId,
    data: z.object({
      orderId: z.string(),
      total: z.number().positive(),
      currency: z.enum(['EUR', 'USD']).default('EUR'),
    }),
  }),
  defineEvent('shop.cart.changed', { version: 1, topic: 'shop.carts', data: z.object({ sku: z.string() }) }),
  defineEvent('shop.note.taken', { version: 1, topic: 'shop.notes', data: z.object({ note: z.unknown() }) }),
]);

export const order = (orderId: string) => ({ orderId, total: 42 });
