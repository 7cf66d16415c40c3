import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createProducer } from '@eventstream/producer';
import { kafka } from '@eventstream/transport-kafka';
import { shop } from '@eventstream-apps/shop-contracts';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';

/** What the orders API needs to know. */
export interface OrdersApiSettings {
  readonly brokers: string;
  readonly port: number;
  readonly host?: string;
  readonly origins: readonly string[];
}

const prices: Readonly<Record<string, number>> = { lamp: 49, chair: 120, vase: 18, 'haunted-mirror': 666 };

/** Starts an HTTP API that takes an order and answers 201 when the brokers have its event. */
export async function startOrdersApi({ brokers, port, host = '127.0.0.1', origins }: OrdersApiSettings) {
  const transport = kafka({ brokers, clientId: 'orders-api' });
  const producer = createProducer({ catalog: shop, source: 'orders-api', transport });

  const app = new Hono();
  app.use('/orders', cors({ origin: [...origins], allowMethods: ['POST'] }));
  app.get('/healthz', (context) => context.text('ok'));
  app.post('/orders', async (context) => {
    // text/plain, so that a browser sends it without asking first
    const { orderId = randomUUID(), sku = '' } = await context.req.json<{ orderId?: string; sku?: string }>();
    const total = prices[sku];
    if (total === undefined) return context.json({ error: `no product "${sku}"` }, 422);
    const traceparent = context.req.header('traceparent');
    const receipt = await producer.send(
      'shop.order.placed',
      { orderId, sku, total, currency: 'EUR' },
      traceparent === undefined ? {} : { trace: { traceparent } },
    );
    return context.json({ orderId, total, event: receipt.id }, 201);
  });

  const server = createAdaptorServer(app);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    moments: producer.moments,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      return producer.close({ timeoutMs: 10_000 });
    },
  };
}
