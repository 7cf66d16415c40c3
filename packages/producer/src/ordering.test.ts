import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProducer } from './index.ts';
import { order, shop } from './testing/shop.ts';
import { StubTransport, settle } from './testing/stub-transport.ts';

function producerOn(transport: StubTransport) {
  return createProducer({ catalog: shop, source: 'orders-api', transport });
}

const ids = (transport: StubTransport) => transport.values.map((value) => (value as { orderId: string }).orderId);

describe('the order of the calls is the order of the appends', () => {
  test('in the same turn once the topic is known', async () => {
    const transport = new StubTransport();
    const producer = producerOn(transport);
    void producer.send('shop.order.placed', order('first'));
    await settle();
    void producer.send('shop.order.placed', order('second'));
    expect(ids(transport)).toEqual(['first', 'second']);
  });

  test('for sends that wait for the metadata and those that come while they are appended', async () => {
    const transport = new StubTransport();
    const producer = producerOn(transport);
    for (const id of ['1', '2', '3']) void producer.send('shop.order.placed', order(id));
    expect(transport.appends).toEqual([]);
    await settle();
    void producer.send('shop.order.placed', order('4'));
    expect(ids(transport)).toEqual(['1', '2', '3', '4']);
    expect(transport.connects).toBe(1);
  });

  test('through back-pressure: nothing overtakes what waits, though there be room again', async () => {
    const transport = new StubTransport();
    const producer = producerOn(transport);
    void producer.send('shop.order.placed', order('1'));
    await settle();
    transport.full = true;
    void producer.send('shop.order.placed', order('2'));
    transport.full = false;
    void producer.send('shop.order.placed', order('3'));
    expect(ids(transport)).toEqual(['1']);
    transport.drain();
    await settle();
    expect(ids(transport)).toEqual(['1', '2', '3']);
  });

  test('whatever happens between the calls', async () => {
    const step = fc.constantFrom('send', 'send', 'send', 'fill', 'drain', 'wait');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const transport = new StubTransport();
        const producer = producerOn(transport);
        let sent = 0;
        for (const next of steps) {
          if (next === 'send') {
            sent += 1;
            void producer.send('shop.order.placed', order(String(sent)));
          } else if (next === 'fill') transport.full = true;
          else if (next === 'drain') transport.drain();
          else await settle();
        }
        transport.drain();
        await settle();
        expect(ids(transport)).toEqual(Array.from({ length: sent }, (_, index) => String(index + 1)));
      }),
      { numRuns: 300 },
    );
  });
});
