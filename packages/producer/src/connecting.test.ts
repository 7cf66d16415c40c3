import { EventstreamError, type WaitOptions, waitFor } from '@eventstream/core';
import { createManualClock } from '@eventstream/core/testing';
import { describe, expect, test } from 'vitest';
import { createProducer } from './index.ts';
import { order, shop } from './testing/shop.ts';
import { StubTransport, settle } from './testing/stub-transport.ts';

function deadBroker() {
  const transport = new StubTransport();
  const clock = createManualClock();
  transport.onConnect = (options: WaitOptions) =>
    waitFor(new Promise(() => undefined), { operation: 'connect', clock, ...options });
  const producer = createProducer({ catalog: shop, source: 'orders-api', transport, clock, connectTimeout: '2s' });
  return { transport, clock, producer };
}

describe('a broker that is away at the start', () => {
  test('rejects the sends that wait within the connect timeout, and is asked again by later ones', async () => {
    const { transport, clock, producer } = deadBroker();
    const sent = [producer.send('shop.order.placed', order('1')), producer.send('shop.cart.changed', { sku: 'A1' })];
    const outcomes = Promise.allSettled(sent);
    await clock.advance(2_000);
    expect((await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual([
      'transport-unreachable',
      'transport-unreachable',
    ]);
    expect(transport.connects).toBe(1);
    transport.onConnect = () => Promise.resolve();
    const later = producer.send('shop.order.placed', order('2'));
    await settle();
    expect(transport.connects).toBe(2);
    transport.appends[0]?.acknowledge();
    await expect(later).resolves.toMatchObject({ offset: 7, durable: 'kafka' });
  });

  test('does not hold close up, and a connection that comes too late is given back', async () => {
    const { transport, clock, producer } = deadBroker();
    let reach: () => void = () => undefined;
    transport.onConnect = () =>
      new Promise((resolve) => {
        reach = resolve;
      });
    const sent = producer.send('shop.order.placed', order('1'), { id: 'id-1' });
    const refused = expect(sent).rejects.toMatchObject({ code: 'closed' });
    const closing = producer.close({ timeoutMs: 1_000 });
    await clock.advance(1_000);
    await refused;
    expect(await closing).toEqual({
      sent: 0,
      failed: 0,
      unsent: [{ id: 'id-1', type: 'shop.order.placed', topic: 'shop.orders' }],
      unsentCount: 1,
    });
    reach();
    await settle();
    expect(transport.closes).toBe(1);
  });

  test('is not asked before it is needed, nor closed when it never was', async () => {
    const { transport, producer } = deadBroker();
    await producer.close();
    expect([transport.connects, transport.closes]).toEqual([0, 0]);
  });
});

test('connect says at the start what a send would say', async () => {
  const transport = new StubTransport();
  transport.onConnect = () =>
    Promise.reject(new EventstreamError('authentication-failed', { message: 'no', facts: { brokers: ['b:1'] } }));
  const producer = createProducer({ catalog: shop, source: 'orders-api', transport });
  await expect(producer.connect()).rejects.toMatchObject({ code: 'authentication-failed' });
  await producer.close();
  await expect(producer.connect()).rejects.toMatchObject({ code: 'closed' });
});
