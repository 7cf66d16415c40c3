import { type Bytes, type Header, MomentHub, type MomentName, type Moments } from '@eventstream/core';
import { createManualClock, createMemoryCluster } from '@eventstream/core/testing';
import { type Consumer, createConsumer } from '../create-consumer.ts';
import type { Handler } from '../event.ts';
import type { ConsumerOptions } from '../options.ts';
import { placed, shop } from './shop.ts';

/** The orders handler of a test; the other types of the topic are handled by nothing. */
export type OrderHandler = Handler<'shop.order.placed', { orderId: string; total: number; currency: string }>;

type Options = Partial<Omit<ConsumerOptions<typeof shop, 'shop.orders'>, 'catalog' | 'topics' | 'handlers'>>;

/** What a test sends. */
export interface Sent {
  readonly partition?: number;
  readonly key?: Bytes;
  readonly value?: Bytes;
  readonly headers?: readonly Header[];
  readonly timestamp?: number;
}

/** What a world begins with. */
export interface WorldOptions {
  readonly partitions?: number;
  /** Partitions of the dead letter topic, 0 for no such topic. Default: as many. */
  readonly dead?: number;
  readonly autoCreate?: boolean;
}

/** A memory cluster, a clock that stands still, and consumers that end with the test. */
export async function createWorld(options: WorldOptions = {}) {
  const { partitions = 1, dead = partitions, autoCreate = true } = options;
  const deadTopic = dead === 0 ? {} : { 'shop.orders.billing.dead': dead };
  const cluster = createMemoryCluster({ topics: { 'shop.orders': partitions, ...deadTopic }, autoCreate });
  const clock = createManualClock();
  const transport = cluster.transport();
  await transport.connect();
  const writer = await transport.topic('shop.orders');

  const world = {
    cluster,
    clock,
    transport,
    /** Appends one placed order, or any bytes. */
    async send(orderId: string, sent: Sent = {}) {
      const event = placed(orderId);
      const { partition = 0, key = orderId, value = event.value, headers = event.headers, timestamp = 500 } = sent;
      await writer.append(partition, key, value, headers, timestamp);
    },
    async sendAll(orderIds: readonly string[], sent: Sent = {}) {
      await Promise.all(orderIds.map((orderId) => world.send(orderId, sent)));
    },
    consumer(handler: OrderHandler, options: Options = {}) {
      return createConsumer({
        catalog: shop,
        topics: ['shop.orders'],
        group: 'billing',
        transport: cluster.transport(),
        handlers: { 'shop.order.placed': handler, 'shop.order.cancelled': () => undefined },
        clock,
        random: () => 1,
        name: 'host-1',
        ...options,
      });
    },
    /** A consumer that runs already. */
    start(handler: OrderHandler, options: Options = {}) {
      const consumer = world.consumer(handler, options);
      const done = consumer.run();
      // A test that expects the rejection awaits it later.
      done.catch(() => undefined);
      return { consumer, done };
    },
    committed: (partition = 0) => cluster.committed('billing', 'shop.orders', partition),
    dead: () => cluster.records('shop.orders.billing.dead'),
    /** Lets everything happen that needs no time, until the condition holds. */
    async until(condition: () => boolean) {
      for (let turn = 0; turn < 2000 && !condition(); turn += 1) await clock.advance(0);
      if (!condition()) throw new Error(`Never came true: ${condition}`);
    },
    async settle() {
      for (let turn = 0; turn < 20; turn += 1) await clock.advance(0);
    },
  };
  return world;
}

/** Everything a hub publishes under some names, in order. */
export function listen<Name extends MomentName>(hub: MomentHub | Consumer, ...names: readonly Name[]) {
  const heard: { readonly name: Name; readonly moment: Moments[Name] }[] = [];
  const moments = hub instanceof MomentHub ? hub : hub.moments;
  for (const name of names) moments.on(name, (moment) => heard.push({ name, moment }));
  return heard;
}

/** A promise to be settled by the test. */
export function gate() {
  let open: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { passed, open, fail };
}
