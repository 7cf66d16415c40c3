import { once } from 'node:events';
import { get, request } from 'node:http';
import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { type MockBroker, startMockBroker } from '../broker.ts';
import { rawClient } from '../testing/raw-client.ts';

const topics = [{ name: 'orders', partitions: 2 }];

async function inspected() {
  const broker = await startMockBroker({ topics, inspectPort: 0 });
  const client = await rawClient(broker.nodes[0]!.port);
  return Object.assign(broker, { client });
}

type Answer = { readonly status: number | undefined; readonly type: string | undefined; readonly body: string };

/** As `fetch`, which lets nobody choose a Host. */
function ask(broker: MockBroker, path: string, { method = 'GET', host = 'localhost' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${broker.inspectUrl}${path}`, { method, headers: { host }, path }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode, type: response.headers['content-type'], body });
    });
    asked.on('error', reject).end();
  });
}

const jsonOf = async (broker: MockBroker, path: string) => JSON.parse((await ask(broker, path)).body);

test('its index names every place, and every place answers with JSON', async () => {
  await using broker = await inspected();
  const { places } = await jsonOf(broker, '/');
  const paths = (places as { path: string }[]).map(({ path }) => path).filter((path) => path !== '/events');
  expect(paths).toContain('/topics/:name/records');
  for (const path of paths.filter((one) => !/^\/(groups|transactions)\/:name/.test(one))) {
    const { status, type } = await ask(broker, path.replace(':name', 'orders'));
    expect([path, status, type]).toEqual([path, 200, 'application/json; charset=utf-8']);
  }
});

test('records are told as text, or as base64 where they are none, a page at a time', async () => {
  await using broker = await inspected();
  for (const value of ['a', 'b', 'c']) await broker.client.produce('orders', value);
  await broker.client.produce('orders', 'd', { key: Buffer.from([0xff, 0xfe]) });
  const path = '/topics/orders/records?partition=0';
  expect(await jsonOf(broker, `${path}&from=1&limit=2`)).toMatchObject([
    { partition: 0, offset: 1, value: 'b', key: null },
    { partition: 0, offset: 2, value: 'c' },
  ]);
  expect(await jsonOf(broker, `${path}&from=3`)).toMatchObject([{ key: { base64: '//4=' }, value: 'd' }]);
  expect(await jsonOf(broker, '/topics/orders/records?partition=1')).toEqual([]);
});

test('requests, connections and groups are what the broker itself tells', async () => {
  await using broker = await inspected();
  await broker.client.produce('orders', 'a');
  const partitions = [{ partitionIndex: 0, committedOffset: 0n, committedMetadata: null }];
  const commit = { groupId: 'billing', memberId: '', topics: [{ name: 'orders', partitions }] };
  await broker.client.call(messages.offsetCommit, 8, commit);
  expect(await jsonOf(broker, '/requests?api=Produce')).toEqual(broker.requests({ api: 'Produce' }));
  expect(await jsonOf(broker, '/connections')).toMatchObject([{ nodeId: 1, requests: 2, inFlight: 0 }]);
  expect((await jsonOf(broker, '/groups/billing')).offsets).toMatchObject([{ topic: 'orders', offset: 0, lag: 1 }]);
});

test.each([
  ['/nothing', 404, 'There is nothing at /nothing: / tells what there is.'],
  ['/topics/missing', 404, 'There is no topic "missing". Topics: orders.'],
  ['/topics/orders/records?partition=7', 404, 'Topic "orders" has no partition 7: it has 2.'],
  ['/groups/missing', 404, 'There is no group "missing". There are: none.'],
  ['/topics/orders/records?from=-1', 400, 'The query from=-1 is not a whole number from 0 to 9007199254740991.'],
  ['/topics/orders/records?limit=5000', 400, 'The query limit=5000 is not a whole number from 0 to 1000.'],
  ['/topics/orders/records?isolation=dirty', 400, 'is not known: give one of uncommitted, committed.'],
  ['/topics?colour=red', 400, 'The query "colour" is not known: there is none here.'],
  ['/requests?api=Prodcue', 400, 'The query api=Prodcue is not known'],
  ['/events?types=append,rain', 400, 'There are no events "rain"'],
  ['/topics/%ff', 400, '"%ff" is not encoded'],
])('%s is answered with %i and a reason', async (path, status, reason) => {
  await using broker = await inspected();
  const answer = await ask(broker, path);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body).error).toContain(reason);
});

test('it is to be read only, and by those who ask for this machine', async () => {
  await using broker = await inspected();
  expect(await ask(broker, '/topics', { method: 'DELETE' })).toMatchObject({ status: 405 });
  expect(await ask(broker, '/topics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  for (const host of ['evil.example', 'evil.example:80', 'localhost.evil.example']) {
    const { status, body } = await ask(broker, '/topics', { host });
    expect([host, status]).toEqual([host, 403]);
    expect(body).not.toContain('orders');
  }
  for (const host of ['127.0.0.1:1', 'LOCALHOST', '[::1]:9']) {
    expect((await ask(broker, '/topics', { host })).status).toBe(200);
  }
  const response = await fetch(`${broker.inspectUrl}/topics`, { headers: { origin: 'http://evil.example' } });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('events come as they happen, and those asked for alone; closing the broker ends them', async () => {
  await using broker = await inspected();
  const asked = get(`${broker.inspectUrl}/events?types=append,request`);
  const [response] = await once(asked, 'response');
  expect(response.headers['content-type']).toBe('text/event-stream');
  let text = '';
  response.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  response.on('error', () => undefined);
  await broker.client.produce('orders', 'a');
  while (!text.includes('event: request')) await new Promise(setImmediate);
  const append = { topic: 'orders', partition: 0, baseOffset: 0, records: 1 };
  expect(JSON.parse(/event: append\ndata: (.*)/.exec(text)?.[1] ?? '{}')).toMatchObject(append);
  expect(text).not.toContain('event: arrival');
  const closed = new Promise((resolve) => response.on('close', resolve));
  await broker.close();
  await closed;
  expect(broker.inspectUrl).toBeUndefined();
});

test('a fork has none, and a port that is taken is named', async () => {
  await using broker = await inspected();
  await using fork = await startMockBroker({ from: broker.snapshot() });
  expect(fork.inspectUrl).toBeUndefined();
  const port = Number(new URL(broker.inspectUrl!).port);
  await expect(startMockBroker({ inspectPort: port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is already in use`);
});
