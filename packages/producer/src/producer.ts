import type { AnyCatalog, EventInput, EventTypes } from '@eventstream/contracts';
import type { MomentHub, WaitOptions } from '@eventstream/core';
import { EventProducer } from './event-producer.ts';
import {
  type ProducerCloseReport,
  type ProducerOptions,
  type Receipt,
  resolveOptions,
  type SendOptions,
} from './options.ts';

/** Sends the events of a catalog. Made by {@link createProducer}. */
export interface Producer<Source extends AnyCatalog> {
  /** Where the producer publishes its moments: `producer.sending`, `.sent`, `.failed`, `.waiting`. */
  readonly moments: MomentHub;

  /**
   * The event's receipt, once the brokers have it. The event is validated, keyed, encoded and given its place in line before
   * the call returns: calls in order are records in order, per key, without awaiting each.
   *
   * Rejects with `event-unknown`, `event-invalid`, `key-invalid`, `config-invalid` (an option of this send), `buffer-full`,
   * `closed`, `aborted`, `timeout`, or what the transport says: `transport-unreachable`, `topic-missing`,
   * `record-too-large`, `delivery-failed`, `delivery-timeout` … After `timeout`, `delivery-timeout` and `delivery-failed` the
   * event may be stored or not: send it again under the same `id`, so that consumers can tell.
   *
   * A promise nobody handles is an unhandled rejection like any other: keep it, or `.catch` it.
   */
  send<Type extends EventTypes<Source>>(
    type: Type,
    data: EventInput<Source, Type>,
    options?: SendOptions,
  ): Promise<Receipt>;

  /**
   * Resolves once the brokers were reached. Not needed before `send`, which does it by itself; useful to fail at start. A
   * failed attempt is forgotten, the next call tries again.
   */
  connect(options?: WaitOptions): Promise<void>;

  /** Resolves when every send before this call is settled, well or badly. Rejects with `timeout` or `aborted`. */
  flush(options?: WaitOptions): Promise<void>;

  /**
   * Takes no more sends, flushes until `timeoutMs` (default 10,000), then rejects what is left and says what it was. Never
   * rejects. A second call gets the same report. A shared transport stays open for its other owners; what is still with it
   * then is reported as unsent although it may yet be stored.
   */
  close(options?: WaitOptions): Promise<ProducerCloseReport>;

  /** `close()` with its default deadline. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A producer of a catalog's events. It does nothing, and reaches no broker, until it is used. Throws `config-invalid` for
 * options that cannot work.
 *
 * @example
 * ```ts
 * import { defineCatalog, defineEvent } from '@eventstream/contracts';
 * import { createMemoryCluster } from '@eventstream/core/testing';
 * import { createProducer } from '@eventstream/producer';
 * import { z } from 'zod';
 *
 * const shop = defineCatalog([
 *   defineEvent('shop.cart.changed', { version: 1, topic: 'shop.carts', data: z.object({ sku: z.string() }) }),
 * ]);
 * await using producer = createProducer({ catalog: shop, source: 'carts-api', transport: createMemoryCluster().transport() });
 * const receipt = await producer.send('shop.cart.changed', { sku: 'A1' }, { subject: 'visitor-1' });
 * console.assert(receipt.topic === 'shop.carts' && receipt.offset === 0 && receipt.durable === 'memory');
 * ```
 */
export function createProducer<const Source extends AnyCatalog>(options: ProducerOptions<Source>): Producer<Source> {
  const producer = new EventProducer(resolveOptions(options), options.instrumentation ?? []);
  return {
    moments: producer.moments,
    send: (type, data, sendOptions) => producer.send(type, data, sendOptions),
    connect: (waitOptions) => producer.connect(waitOptions),
    flush: (waitOptions) => producer.flush(waitOptions),
    close: (waitOptions) => producer.close(waitOptions),
    async [Symbol.asyncDispose]() {
      await producer.close();
    },
  };
}
