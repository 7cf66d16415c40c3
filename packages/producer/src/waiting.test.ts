import { EventstreamError } from '@eventstream/core';
import { createManualClock } from '@eventstream/core/testing';
import { describe, expect, test } from 'vitest';
import { createProducer, type ProducerOptions } from './index.ts';
import { order, shop } from './testing/shop.ts';
import { StubTransport, settle } from './testing/stub-transport.ts';

async function full(options: Partial<ProducerOptions<typeof shop>> = {}) {
  const transport = new StubTransport();
  const clock = createManualClock();
  const producer = createProducer({ catalog: shop, source: 'orders-api', transport, clock, ...options });
  const first = producer.send('shop.order.placed', order('first'));
  await settle();
  transport.full = true;
  const send = (id: string, signal?: AbortSignal) =>
    producer.send('shop.order.placed', order(id), signal === undefined ? {} : { signal });
  return { transport, clock, producer, first, send };
}

describe('while the transport is full', () => {
  test('a send waits its turn on one timer for all, and none once they went', async () => {
    const { transport, clock, send } = await full();
    const sent = [send('a'), send('b'), send('c')];
    expect(transport.appends).toHaveLength(1);
    expect(clock.pending).toBe(1);
    transport.drain();
    await settle();
    for (const append of transport.appends) append.acknowledge();
    expect((await Promise.all(sent)).map(({ offset }) => offset)).toEqual([7, 7, 7]);
    expect(clock.pending).toBe(0);
  });

  test('it rejects with buffer-full when the wait was too long, each at its own time', async () => {
    const { clock, send, transport } = await full({ fullTimeout: '60s' });
    const early = send('early');
    await clock.advance(30_000);
    const late = send('late');
    await clock.advance(30_000);
    await expect(early).rejects.toMatchObject({ code: 'buffer-full', retriable: true });
    transport.drain();
    await settle();
    expect(transport.values).toMatchObject([{ orderId: 'first' }, { orderId: 'late' }]);
    transport.appends.at(-1)?.acknowledge();
    await expect(late).resolves.toMatchObject({ latencyMs: 30_000 });
  });

  test('no more may wait than the bounds say', async () => {
    const { send } = await full({ waiting: { sends: 2 } });
    const waiting = [send('a'), send('b')];
    await expect(send('c')).rejects.toMatchObject({
      code: 'buffer-full',
      message: /2 sends with \d+ bytes already wait/,
    });
    expect(waiting).toHaveLength(2);
    const narrow = await full({ waiting: { bytes: '60 B' } });
    void narrow.send('a');
    await expect(narrow.send('b')).rejects.toMatchObject({ code: 'buffer-full', facts: { limit: 60 } });
  });

  test('a place that was given up can be taken by another', async () => {
    const { send } = await full({ waiting: { sends: 1 } });
    const controller = new AbortController();
    const first = send('a', controller.signal);
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    const second = send('b');
    await expect(send('c')).rejects.toMatchObject({ code: 'buffer-full' });
    expect(second).toBeInstanceOf(Promise);
  });

  test('with whenFull "reject" the transport says so at once', async () => {
    const { transport, send } = await full({ whenFull: 'reject' });
    const sent = send('a');
    const message = 'full';
    transport.appends.at(-1)?.reject(new EventstreamError('buffer-full', { message, facts: { bytes: 1, limit: 1 } }));
    await expect(sent).rejects.toMatchObject({ code: 'buffer-full' });
  });
});

describe('a signal', () => {
  test('takes back what waits and not what went', async () => {
    const { transport, first, producer, send } = await full();
    const controller = new AbortController();
    const waiting = send('a', controller.signal);
    transport.full = false;
    const gone = producer.send('shop.cart.changed', { sku: 'A1' }, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    await expect(gone).rejects.toMatchObject({ code: 'aborted' });
    await expect(send('b', controller.signal)).rejects.toMatchObject({ code: 'aborted' });
    transport.appends[0]?.acknowledge();
    await expect(first).resolves.toMatchObject({ offset: 7 });
    transport.drain();
    await settle();
    expect(transport.values).toMatchObject([{ orderId: 'first' }]);
  });
});

describe('sendTimeout', () => {
  test('bounds the call, whether the event waits or went', async () => {
    const { clock, first, send } = await full({ sendTimeout: '5s' });
    const waiting = send('a');
    await Promise.all([
      clock.advance(5_000),
      expect(first).rejects.toMatchObject({ code: 'timeout', message: /may be stored or not/ }),
      expect(waiting).rejects.toMatchObject({ code: 'timeout', message: /was not sent/ }),
    ]);
  });

  test('leaves no timer behind', async () => {
    const { transport, clock, first } = await full({ sendTimeout: '5s' });
    expect(clock.pending).toBe(1);
    transport.appends[0]?.acknowledge();
    await first;
    expect(clock.pending).toBe(0);
  });
});
