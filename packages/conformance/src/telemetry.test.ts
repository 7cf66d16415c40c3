import { createCollector } from '@eventstream/collector';
import { createConsumer } from '@eventstream/consumer';
import { defineCatalog, defineEvent } from '@eventstream/contracts';
import { createMemoryCluster } from '@eventstream/core/testing';
import { openTelemetry } from '@eventstream/opentelemetry';
import { createProducer } from '@eventstream/producer';
import { context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const shop = defineCatalog([
  defineEvent('shop.order.placed', {
    version: 1,
    topic: 'shop.orders',
    key: ({ orderId }) => orderId,
    data: z.object({ orderId: z.string() }),
  }),
  defineEvent('shop.invoice.written', {
    version: 1,
    topic: 'shop.invoices',
    key: ({ orderId }) => orderId,
    data: z.object({ orderId: z.string() }),
  }),
]);

const browser = { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16) };
const fromBrowser = { traceparent: `00-${browser.traceId}-${browser.spanId}-01` };

type Place = (order: { readonly orderId: string }) => unknown;

/** A shop of one producer and one consumer over memory, each with an instrumentation of its own, as two processes have. */
class Shop {
  readonly cluster = createMemoryCluster({
    topics: { 'shop.orders': 2, 'shop.invoices': 1, 'shop.orders.billing.dead': 2 },
  });
  readonly #exporter = new InMemorySpanExporter();
  readonly #provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#exporter)] });
  readonly tracer: Tracer = this.#provider.getTracer('shop');
  readonly producer = createProducer({
    catalog: shop,
    source: 'shop',
    transport: this.cluster.transport(),
    instrumentation: [openTelemetry({ tracerProvider: this.#provider })],
  });

  /** Posts orders as a page does, in one request within a span of its own. */
  async post(orders: readonly { readonly orderId: string; readonly traceparent: string }[]): Promise<unknown> {
    const collector = createCollector({
      catalog: shop,
      transport: this.cluster.transport(),
      writeKeys: { pub_shop: { origins: ['https://shop.example'] } },
      instrumentation: [openTelemetry({ tracerProvider: this.#provider })],
    });
    const events = orders.map(({ orderId, traceparent }) => ({
      id: orderId,
      type: 'shop.order.placed',
      time: Date.now(),
      visitor: 'v-1',
      session: 's-1',
      traceparent,
      data: { orderId },
    }));
    const body = JSON.stringify({ sentAt: Date.now(), events });
    const request = new Request('https://shop.example/v1/events?k=pub_shop', { method: 'POST', body });
    const span = this.tracer.startSpan('POST /v1/events');
    const response = await context.with(trace.setSpan(context.active(), span), () => collector.fetch(request));
    span.end();
    await collector.close();
    return response.json();
  }

  /** Handles until `count` events are settled, then drains and gives every ended span. */
  async handle(count: number, onOrder: Place, onInvoice: Place = () => undefined): Promise<readonly ReadableSpan[]> {
    const consumer = createConsumer({
      catalog: shop,
      group: 'billing',
      transport: this.cluster.transport(),
      instrumentation: [openTelemetry({ tracerProvider: this.#provider })],
      retry: { inPlace: { attempts: 2, backoff: { initialMs: 1 } } },
      handlers: {
        'shop.order.placed': ({ data }) => onOrder(data),
        'shop.invoice.written': ({ data }) => onInvoice(data),
      },
    });
    const stop = new AbortController();
    let settled = 0;
    consumer.moments.on('consumer.settled', () => {
      settled += 1;
      if (settled === count) stop.abort();
    });
    await consumer.run({ signal: stop.signal });
    await this.producer.close();
    return this.#exporter.getFinishedSpans();
  }
}

function named(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const [span, ...others] = spans.filter((each) => each.name === name);
  if (span === undefined || others.length > 0) throw new Error(`not one span is named "${name}"`);
  return span;
}

function header(record: { readonly headers: readonly (readonly [string, Uint8Array | null])[] }, name: string) {
  return record.headers.filter(([each]) => each === name).map(([, value]) => Buffer.from(value ?? []).toString());
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

describe('telemetry from end to end', () => {
  test('a click, its order, what the handler writes and sends, and who handles that, are one trace', async () => {
    const shopping = new Shop();
    await shopping.producer.send('shop.order.placed', { orderId: 'o-1' }, { trace: fromBrowser });
    const spans = await shopping.handle(2, async ({ orderId }) => {
      await Promise.resolve();
      shopping.tracer.startSpan('INSERT').end();
      await shopping.producer.send('shop.invoice.written', { orderId });
    });

    expect(spans.map(({ name }) => name).sort()).toEqual([
      'INSERT',
      'process shop.invoices',
      'process shop.orders',
      'send shop.invoices',
      'send shop.orders',
    ]);
    const parentOf = (name: string) => named(spans, name).parentSpanContext?.spanId;
    const idOf = (name: string) => named(spans, name).spanContext().spanId;
    expect(parentOf('process shop.orders')).toBe(browser.spanId);
    expect(parentOf('INSERT')).toBe(idOf('process shop.orders'));
    expect(parentOf('send shop.invoices')).toBe(idOf('process shop.orders'));
    expect(parentOf('process shop.invoices')).toBe(idOf('send shop.invoices'));
    const inTrace = spans.filter((span) => span.spanContext().traceId === browser.traceId);
    expect(inTrace).toHaveLength(4);

    const collected = named(spans, 'send shop.orders');
    expect(collected.kind).toBe(SpanKind.CLIENT);
    expect(collected.links.map((link) => link.context.spanId)).toEqual([browser.spanId]);
    const [record] = shopping.cluster.records('shop.orders');
    expect(record && header(record, 'traceparent')).toEqual([fromBrowser.traceparent]);
  });

  test('an event sent in a request carries the send span’s context, once', async () => {
    const shopping = new Shop();
    const request = shopping.tracer.startSpan('POST /orders');
    await context.with(trace.setSpan(context.active(), request), () =>
      shopping.producer.send('shop.order.placed', { orderId: 'o-1' }),
    );
    request.end();
    const spans = await shopping.handle(1, () => undefined);
    const send = named(spans, 'send shop.orders');
    expect(send.kind).toBe(SpanKind.PRODUCER);
    expect(send.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    expect(named(spans, 'process shop.orders').parentSpanContext?.spanId).toBe(send.spanContext().spanId);
    const [record] = shopping.cluster.records('shop.orders');
    const { traceId, spanId } = send.spanContext();
    expect(record && header(record, 'traceparent')).toEqual([`00-${traceId}-${spanId}-01`]);
    expect(send.attributes['messaging.destination.partition.id']).toBe(String(record?.partition));
    expect(send.attributes['kafka.offset']).toBe(record?.offset);
    expect(spans).toHaveLength(3);
  });

  test('a hundred events sent at once are at most a span a partition, and a hundred process spans linked to them', async () => {
    const shopping = new Shop();
    const orders = Array.from({ length: 100 }, (_, index) => ({ orderId: `o-${index}` }));
    await shopping.producer.send('shop.order.placed', { orderId: 'first' });
    await Promise.all(orders.map((order) => shopping.producer.send('shop.order.placed', order)));
    const spans = await shopping.handle(101, () => undefined);
    const sends = spans.filter(({ name }) => name === 'send shop.orders');
    const processes = spans.filter(({ name }) => name === 'process shop.orders');
    expect(sends).toHaveLength(3);
    expect(processes).toHaveLength(101);
    const created = new Set(sends.map((span) => span.spanContext().spanId));
    for (const { links } of processes) expect(created).toContain(links[0]?.context.spanId);
    const counts = sends.map((span) => span.attributes['messaging.batch.message_count'] ?? 1);
    expect(counts.reduce((sum: number, count) => sum + Number(count), 0)).toBe(101);
  });

  test('a page’s clicks go through the collector to handlers, each in its own trace', async () => {
    const shopping = new Shop();
    const clicks = ['1', '2'].map((digit) => ({ traceId: digit.repeat(32), spanId: digit.repeat(16) }));
    const answer = await shopping.post(
      clicks.map(({ traceId, spanId }, index) => ({
        orderId: `o-${index}`,
        traceparent: `00-${traceId}-${spanId}-01`,
      })),
    );
    expect(answer).toEqual({ results: { 'o-0': { r: 'ok' }, 'o-1': { r: 'ok' } } });
    const spans = await shopping.handle(2, () => undefined);
    const processes = spans.filter(({ name }) => name === 'process shop.orders');
    expect(new Set(processes.map((span) => span.parentSpanContext?.spanId))).toEqual(
      new Set(clicks.map(({ spanId }) => spanId)),
    );
    const sends = spans.filter(({ name }) => name === 'send shop.orders');
    const request = named(spans, 'POST /v1/events').spanContext();
    for (const send of sends) {
      expect(send.kind).toBe(SpanKind.CLIENT);
      expect(send.parentSpanContext?.spanId).toBe(request.spanId);
    }
    expect(sends.flatMap(({ links }) => links.map((link) => link.context.spanId)).sort()).toEqual(
      clicks.map(({ spanId }) => spanId),
    );
    expect(spans).toHaveLength(1 + sends.length + 2);
  });

  test('a poison event has one span over all attempts, and its dead letter keeps the trace', async () => {
    const shopping = new Shop();
    await shopping.producer.send('shop.order.placed', { orderId: 'poison' }, { trace: fromBrowser });
    const spans = await shopping.handle(1, () => {
      throw new TypeError('no such order');
    });
    const process = named(spans, 'process shop.orders');
    expect(process.status.code).toBe(SpanStatusCode.ERROR);
    expect(process.attributes).toMatchObject({
      'error.type': 'TypeError',
      'eventstream.settlement': 'dead-lettered',
      'eventstream.handler.attempts': 2,
      'eventstream.dead_letter.topic': 'shop.orders.billing.dead',
    });
    expect(process.events.map((event) => event.name)).toEqual(['eventstream.retry', 'exception']);
    const [letter] = shopping.cluster.records('shop.orders.billing.dead');
    expect(letter && header(letter, 'traceparent')).toEqual([fromBrowser.traceparent]);
  });

  test('a record that is no event has a span too', async () => {
    const shopping = new Shop();
    const transport = shopping.cluster.transport();
    await transport.connect();
    await (await transport.topic('shop.orders')).append(0, 'k', 'not an event', [], 0);
    const spans = await shopping.handle(1, () => undefined);
    expect(named(spans, 'process shop.orders').attributes).toMatchObject({
      'error.type': 'envelope-invalid',
      'eventstream.dead_letter.topic': 'shop.orders.billing.dead',
      'kafka.offset': 0,
    });
    await transport.close();
  });
});
