import { createConsumer } from '@eventstream/consumer';
import { kafka } from '@eventstream/transport-kafka';
import { shop, workerGroup } from '@eventstream-apps/shop-contracts';

/** What the worker needs to know. */
export interface OrdersWorkerSettings {
  readonly brokers: string;
  readonly signal?: AbortSignal;
  /** Told one line per handled event. Default: nobody. */
  readonly log?: (line: string) => void;
}

/**
 * Handles every event of the shop. `done` resolves with the report once the signal has fired and everything is drained;
 * `ready` when the first partitions are assigned.
 */
export function startOrdersWorker({ brokers, signal, log = () => undefined }: OrdersWorkerSettings) {
  const consumer = createConsumer({
    catalog: shop,
    group: workerGroup,
    transport: kafka({ brokers, clientId: 'orders-worker' }),
    retry: { inPlace: { attempts: 3, backoff: { initialMs: 50 } } },
    handlers: {
      'shop.page.viewed': async ({ data, subject }) => log(`visitor ${subject} sees ${data.url}`),
      'shop.cart.changed': async ({ data, subject }) => log(`visitor ${subject} has ${data.quantity} x ${data.sku}`),
      'shop.checkout.started': async ({ data, subject, trace }) =>
        log(`visitor ${subject} clicks buy #${data.click} for order ${data.orderId} (trace ${trace.traceparent})`),
      'shop.order.placed': async ({ data }) => {
        // What a broken downstream system looks like: three attempts, then a dead letter; everybody else goes on.
        if (data.sku === 'haunted-mirror') throw new Error('the warehouse refuses to touch a haunted mirror');
        log(`order ${data.orderId}: ${data.total} ${data.currency} for ${data.sku}`);
      },
    },
  });
  return {
    ready: consumer.ready,
    moments: consumer.moments,
    done: consumer.run(signal === undefined ? {} : { signal }),
  };
}
