import { createEncoder, defineCatalog, defineEvent } from '@eventstream/contracts';
import { z } from 'zod';

/** Two types on one topic and one on another: what the tests consume. */
export const shop = defineCatalog([
  defineEvent('shop.order.placed', {
    version: 3,
    topic: 'shop.orders',
    key: ({ orderId }) => orderId,
    data: z.object({ orderId: z.string(), total: z.number().positive(), currency: z.string().default('EUR') }),
  }),
  defineEvent('shop.order.cancelled', { version: 1, topic: 'shop.orders', data: z.object({ orderId: z.string() }) }),
  defineEvent('shop.cart.changed', { version: 1, topic: 'shop.carts', data: z.object({ sku: z.string() }) }),
]);

const encoder = createEncoder({ contract: shop.contract('shop.order.placed'), source: 'orders-api' });

/** The value and headers of a placed order. */
export function placed(orderId: string, data: Readonly<Record<string, unknown>> = {}) {
  const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
  return encoder.encode({ id: `id-${orderId}`, time: 1000, trace }, { orderId, total: 1, ...data });
}
