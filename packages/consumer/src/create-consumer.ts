import type { AnyCatalog, EventTopics } from '@eventstream/contracts';
import type { MomentHub } from '@eventstream/core';
import type { ConsumerOptions } from './options.ts';
import type { ConsumerReport, ConsumerStatus } from './report.ts';
import { Session } from './session.ts';
import { type AnyConsumerOptions, settingsOf } from './settings.ts';

/** How a consumer is run. */
export interface RunOptions {
  /** Firing it drains the consumer. See {@link shutdownSignal} for the process's own signals. */
  readonly signal?: AbortSignal;
}

/** How a consumer is closed. */
export interface ConsumerCloseOptions {
  /** Milliseconds the running handlers may take, where less than `drainTimeout`. */
  readonly timeoutMs?: number;
}

/** A member of a consumer group that hands events to typed handlers. Made by {@link createConsumer}. */
export interface Consumer extends AsyncDisposable {
  /** Where the consumer publishes its moments. Those of the transport stay on the transport's own hub. */
  readonly moments: MomentHub;
  /** Resolves with the first assignment. Stays pending while there is none. */
  readonly ready: Promise<void>;
  /**
   * Joins the group and handles events until the signal fires or `close` is called; then drains, commits, leaves, and resolves
   * with what was done. Rejects, also after draining, with what ended it: an error of the transport that no retry mends, a
   * refused commit, or `handler-failed` when dead letters are off. Runs once: another run is another consumer.
   */
  run(options?: RunOptions): Promise<ConsumerReport>;
  /** Ends `run` as its signal does, and resolves with the same report. Never rejects; closing again is harmless. */
  close(options?: ConsumerCloseOptions): Promise<ConsumerReport>;
  /** A snapshot for health checks: state, watermarks, lag, the age of the oldest unsettled record, present trouble. */
  status(): ConsumerStatus;
}

/**
 * A consumer whose handlers are typed by the catalog: every event type on its topics has one, or it does not compile. It does
 * nothing until `run`. Throws `config-invalid`, naming the option.
 *
 * Events of one key are handled one after the other, in order; different keys beside each other. Delivery is at least once:
 * an event comes again after a crash or a rebalance, with the same `id`.
 *
 * @example
 * ```ts
 * import { createConsumer } from '@eventstream/consumer';
 * import { createEncoder, defineCatalog, defineEvent } from '@eventstream/contracts';
 * import { createMemoryCluster } from '@eventstream/core/testing';
 * import { z } from 'zod';
 *
 * const orderPlaced = defineEvent('shop.order.placed', {
 *   version: 1,
 *   topic: 'shop.orders',
 *   data: z.object({ orderId: z.string(), total: z.number() }),
 * });
 * const transport = createMemoryCluster({ topics: { 'shop.orders': 1 } }).transport();
 * await transport.connect();
 * const event = createEncoder({ contract: orderPlaced, source: 'example' });
 * const { value, headers } = event.encode({ id: '1', time: 0, trace: {} }, { orderId: 'o-1', total: 42 });
 * await (await transport.topic('shop.orders')).append(0, 'o-1', value, headers, 0);
 *
 * const stop = new AbortController();
 * await using consumer = createConsumer({
 *   catalog: defineCatalog([orderPlaced]),
 *   group: 'billing',
 *   transport,
 *   handlers: {
 *     'shop.order.placed': async ({ data }) => {
 *       console.assert(data.total === 42);
 *       stop.abort();
 *     },
 *   },
 * });
 * const { handled } = await consumer.run({ signal: stop.signal });
 * console.assert(handled === 1);
 * await transport.close();
 * ```
 */
export function createConsumer<
  const Source extends AnyCatalog,
  const Topic extends EventTopics<Source> = EventTopics<Source>,
>(options: ConsumerOptions<Source, Topic>): Consumer {
  const session = new Session(settingsOf(options as unknown as AnyConsumerOptions), options.transport);
  return {
    moments: session.moments,
    ready: session.ready,
    run: ({ signal } = {}) => session.run(signal),
    close: ({ timeoutMs } = {}) => session.close(timeoutMs),
    status: () => session.status(),
    async [Symbol.asyncDispose]() {
      await session.close(undefined);
    },
  };
}
