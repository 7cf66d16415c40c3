import { context, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { handlingOf, type Observed, observe, sendingOf, withContextManager } from '../test/harness.ts';
import type { TraceStructure } from './index.ts';

withContextManager();

const browser = { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16) };

/** A click in a browser, the collector's request, the handler, and what it writes: as four components see them. */
async function journey(traceStructure: TraceStructure): Promise<Observed> {
  const telemetry = observe({ traceStructure });
  const request = telemetry.tracer.startSpan('POST /events');
  const fromBrowser = { traceparent: `00-${browser.traceId}-${browser.spanId}-01` };
  const sending = sendingOf({ traceSupplied: true, trace: fromBrowser });
  await context.with(trace.setSpan(context.active(), request), () => telemetry.send(sending));
  request.end();
  await telemetry.handle(handlingOf({ trace: { ...sending.trace } }), async () => {
    await Promise.resolve();
    const placed = sendingOf({ topic: 'shop.invoices' });
    telemetry.tracer.startSpan('INSERT').end();
    await telemetry.send(placed);
    expect(placed.trace.traceparent).toContain(trace.getActiveSpan()?.spanContext().traceId);
  });
  return telemetry;
}

test('from click to database is one trace, and the collector’s request is linked to it', async () => {
  const telemetry = await journey('auto');
  const process = telemetry.span('process shop.orders');
  expect(process.parentSpanContext).toMatchObject(browser);
  for (const name of ['process shop.orders', 'INSERT', 'send shop.invoices']) {
    expect(telemetry.span(name).spanContext().traceId).toBe(browser.traceId);
  }
  expect(telemetry.span('INSERT').parentSpanContext?.spanId).toBe(process.spanContext().spanId);
  const send = telemetry.span('send shop.orders');
  expect(send.parentSpanContext?.spanId).toBe(telemetry.span('POST /events').spanContext().spanId);
  expect(send.links[0]?.context).toMatchObject(browser);
  expect(telemetry.spans()).toHaveLength(5);
});

test('with links alone the handler’s trace still points at the click', async () => {
  const telemetry = await journey('link');
  const process = telemetry.span('process shop.orders');
  expect(process.spanContext().traceId).not.toBe(browser.traceId);
  expect(process.links[0]?.context).toMatchObject(browser);
  expect(telemetry.span('INSERT').spanContext().traceId).toBe(process.spanContext().traceId);
});
