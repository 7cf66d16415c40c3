import { createManualClock, createMemoryCluster } from '@eventstream/core/testing';
import { describe, expect, test } from 'vitest';
import { createProducer } from './index.ts';
import { order, shop } from './testing/shop.ts';
import { StubTransport, settle } from './testing/stub-transport.ts';

function stubbed() {
  const transport = new StubTransport();
  const clock = createManualClock();
  return { transport, clock, producer: createProducer({ catalog: shop, source: 'orders-api', transport, clock }) };
}

describe('flush', () => {
  test('waits for what was sent before it and not for what comes after', async () => {
    const { transport, producer } = stubbed();
    const before = [producer.send('shop.order.placed', order('1')), producer.send('shop.order.placed', order('2'))];
    let flushed = false;
    const flushing = producer.flush().then(() => {
      flushed = true;
    });
    await settle();
    void producer.send('shop.order.placed', order('3'));
    expect(transport.flushes).toBeGreaterThan(1);
    transport.appends[1]?.acknowledge();
    await settle();
    expect(flushed).toBe(false);
    transport.appends[0]?.acknowledge();
    await Promise.all(before);
    await flushing;
  });

  test('has a deadline and a signal', async () => {
    const { clock, producer } = stubbed();
    void producer.send('shop.order.placed', order('1'));
    const late = expect(producer.flush({ timeoutMs: 10 })).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(10);
    await late;
    await expect(producer.flush({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('close', () => {
  test('sends what is left and tells the sum', async () => {
    const cluster = createMemoryCluster();
    const producer = createProducer({ catalog: shop, source: 'orders-api', transport: cluster.transport() });
    const sent = Promise.all(['1', '2', '3'].map((id) => producer.send('shop.order.placed', order(id))));
    const bad = expect(producer.send('shop.order.placed', order('x'), { partition: 99 })).rejects.toThrow();
    expect(await producer.close()).toEqual({ sent: 3, failed: 1, unsent: [], unsentCount: 0 });
    await sent;
    await bad;
    expect(cluster.records('shop.orders')).toHaveLength(3);
  });

  test('rejects sends that come after it, and gives everybody one report', async () => {
    const { transport, producer } = stubbed();
    const first = producer.close();
    await expect(producer.send('shop.order.placed', order('1'))).rejects.toMatchObject({ code: 'closed' });
    expect(await producer.close()).toBe(await first);
    expect(transport.closes).toBe(0);
  });

  test('says what it could not send, the first hundred by name', async () => {
    const { clock, producer } = stubbed();
    const outcomes = Promise.allSettled(
      Array.from({ length: 120 }, (_, index) =>
        producer.send('shop.order.placed', order(`${index}`), { id: `id-${index}` }),
      ),
    );
    await settle();
    const closing = producer.close({ timeoutMs: 1_000 });
    await clock.advance(1_000);
    const report = await closing;
    expect(report).toMatchObject({ sent: 0, failed: 0, unsentCount: 120 });
    expect(report.unsent).toHaveLength(100);
    expect(report.unsent[0]).toEqual({ id: 'id-0', type: 'shop.order.placed', topic: 'shop.orders' });
    expect((await outcomes).every((outcome) => outcome.status === 'rejected')).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('counts what a shared transport still holds as unsent, though its receipt may come yet', async () => {
    const cluster = createMemoryCluster();
    const transport = cluster.transport();
    const clock = createManualClock();
    const producer = createProducer({ catalog: shop, source: 'orders-api', transport, clock });
    await transport.connect();
    const release = cluster.holdAppends();
    const sent = producer.send('shop.order.placed', order('1'));
    await settle();
    const closing = producer.close({ timeoutMs: 50 });
    await clock.advance(50);
    expect(await closing).toMatchObject({ sent: 0, failed: 0, unsentCount: 1 });
    release();
    await expect(sent).resolves.toMatchObject({ offset: 0 });
    await transport.close();
  });
});
