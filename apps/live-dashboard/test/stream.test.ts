import { startMockBroker } from '@eventstream/mock-broker';
import { createProducer } from '@eventstream/producer';
import { kafka } from '@eventstream/transport-kafka';
import { shop, shopTopics, workerGroup } from '@eventstream-apps/shop-contracts';
import { expect, test } from 'vitest';
import type { Update } from '../src/feed.ts';
import { startLiveDashboard } from '../src/index.ts';

/** Everything the page is told until `enough` holds for the whole of it. */
async function told(url: string, enough: (updates: readonly Update[]) => boolean): Promise<readonly Update[]> {
  const ending = new AbortController();
  const response = await fetch(`${url}/stream`, { signal: ending.signal });
  const updates: Update[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) updates.push(...(JSON.parse(message.replace(/^data: /, '')) as Update[]));
    if (enough(updates)) break;
  }
  ending.abort();
  return updates;
}

test('the page is told of events, how far they are handled, and of dead letters', async () => {
  await using broker = await startMockBroker({
    topics: shopTopics.map(({ topic, partitions }) => ({ name: topic, partitions })),
  });
  const live = await startLiveDashboard({ brokers: broker.bootstrapServers, port: 0 });
  const transport = kafka({ brokers: broker.bootstrapServers });
  const producer = createProducer({ catalog: shop, source: 'test', transport });
  const receipt = await producer.send('shop.cart.changed', { sku: 'lamp', quantity: 2 }, { subject: 'visitor-1' });

  const at = `${receipt.topic}/${receipt.partition}`;
  const letters = await transport.topic(`shop.visits.${workerGroup}.dead`);
  const where = {
    topic: receipt.topic,
    partition: receipt.partition,
    offset: receipt.offset,
    message: 'it is haunted',
  };
  const headers = Object.entries(where).map(([name, value]) => [`es-dead-${name}`, String(value)] as const);
  await letters.append(0, null, '{}', headers, Date.now());

  const updates = await told(
    live.url,
    (all) => all.some(({ dead = [] }) => dead.length > 0) && all.some(({ rows = [] }) => rows.length > 0),
  );
  const [row] = updates.flatMap(({ rows = [] }) => rows);
  expect(row).toMatchObject({
    type: 'shop.cart.changed',
    key: 'visitor-1',
    at,
    offset: receipt.offset,
    payload: '{"sku":"lamp","quantity":2}',
  });
  expect(row?.headers).toMatchObject({ ce_source: 'test', ce_subject: 'visitor-1' });
  expect(updates.flatMap(({ dead = [] }) => dead)).toEqual([{ at, offset: receipt.offset, reason: 'it is haunted' }]);
  expect(updates.at(-1)?.totals).toEqual({ accepted: 1, handled: 0, dead: 1 });
  await producer.close();
  await live.close();
});
