import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { rawClient } from '../testing/raw-client.ts';
import { createManualClock } from '../time/manual-clock.ts';

const { alterClientQuotas: api, describeClientQuotas } = messages;
const alice = [{ entityType: 'user', entityName: 'alice' }];
const set = (key: string, value: number) => ({ key, value, remove: false });

async function alter(entity: object[], ops: object[], validateOnly = false) {
  const under = clusterUnderTest();
  const { entries } = await under.call(api, { version: 1 }, { entries: [{ entity, ops }] as never, validateOnly });
  return { under, entry: entries[0]!, stored: under.cluster.security.quotas.list() };
}

test('quotas are set and removed', async () => {
  const { under, entry, stored } = await alter(alice, [set('producer_byte_rate', 10), set('request_percentage', 5)]);
  expect(entry).toEqual({ errorCode: 0, errorMessage: null, entity: alice });
  expect(stored).toHaveLength(1);
  const ops = [{ key: 'producer_byte_rate', value: 0, remove: true }];
  await under.call(api, { version: 0 }, { entries: [{ entity: alice, ops }], validateOnly: false });
  const [left] = under.cluster.security.quotas.list();
  expect([...left!.values]).toEqual([['request_percentage', 5]]);
});

test('a mere check stores nothing', async () => {
  const { entry, stored } = await alter(alice, [set('producer_byte_rate', 10)], true);
  expect(entry.errorCode).toBe(0);
  expect(stored).toEqual([]);
});

const client = { entityType: 'client-id', entityName: 'c' };
test.each([
  ['no entity', [], []],
  ['an unknown kind of entity', [{ entityType: 'team', entityName: 'x' }], []],
  ['an empty name', [{ entityType: 'user', entityName: '' }], []],
  ['an address beside a client', [{ entityType: 'ip', entityName: '10.0.0.1' }, client], []],
  ['an unknown quota', alice, [set('bytes', 1)]],
  ['a quota of another kind', alice, [set('connection_creation_rate', 1)]],
  ['a quota of nothing', alice, [set('producer_byte_rate', 0)]],
  ['one that is right and one that is not', alice, [set('producer_byte_rate', 1), set('bytes', 1)]],
])('%s is refused and stores nothing', async (_what, entity, ops) => {
  const { entry, stored } = await alter(entity, ops);
  expect(entry.errorCode).toBe(errorCodes.INVALID_REQUEST);
  expect(entry.errorMessage).not.toBeNull();
  expect(stored).toEqual([]);
});

test('who produces too much is told for how long to be silent', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const entity = [{ entityType: 'user', entityName: 'ANONYMOUS' }];
  const entries = [{ entity, ops: [set('producer_byte_rate', 100)] }];
  await under.call(api, { version: 1 }, { entries, validateOnly: false });
  await produce(under, 't', { values: ['x'.repeat(2000)] });
  const topicData = [{ name: 't', partitionData: [{ index: 0, records: null }] }];
  const again = () => under.call(messages.produce, { version: 9 }, { acks: -1, timeoutMs: 1, topicData });
  expect((await again()).throttleTimeMs).toBeGreaterThan(10_000);
  under.clock.advance(11_000);
  expect((await again()).throttleTimeMs).toBe(0);
});

test('who fetches too much is told as well, with the records', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }], quotas: [{ clientId: 'test', consumerByteRate: 100 }] });
  await produce(under, 't', { values: ['x'.repeat(20_000)] });
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 50_000 }];
  const request = { maxWaitMs: 0, minBytes: 0, topics: [{ topic: 't', partitions }] };
  const answer = await under.call(messages.fetch, { version: 12 }, request);
  expect(answer.throttleTimeMs).toBeGreaterThan(100_000);
  expect(answer.responses[0]!.partitions[0]!.records).toHaveLength(
    Number(under.cluster.catalog.byName('t')!.partition(0)!.log.sizeInBytes),
  );
});

test('a client that does not keep silent is not listened to meanwhile', async () => {
  const clock = createManualClock();
  await using broker = await startMockBroker({
    clock,
    quotas: [{ clientId: null, producerByteRate: 10 }],
    topics: [{ name: 't' }],
  });
  const { port } = broker.nodes[0]!;
  await using noisy = await rawClient(port);
  await using other = await rawClient(port);
  const { throttleTimeMs } = await noisy.produce('t', 'x'.repeat(1000));
  expect(throttleTimeMs).toBeGreaterThan(0);
  let served = false;
  const next = noisy.call(messages.apiVersions, 0, {}).then(() => {
    served = true;
  });
  await other.call(messages.apiVersions, 0, {});
  clock.advance(throttleTimeMs - 1);
  await other.call(messages.apiVersions, 0, {});
  expect(served).toBe(false);
  clock.advance(1);
  await next;
  expect(served).toBe(true);
});

test('what was set is described', async () => {
  const { under } = await alter(
    [...alice, { entityType: 'client-id', entityName: null }],
    [set('consumer_byte_rate', 7)],
  );
  const answer = await under.call(describeClientQuotas, { version: 1 }, { components: [], strict: false });
  expect(answer.entries).toEqual([
    {
      entity: [
        { entityType: 'user', entityName: 'alice' },
        { entityType: 'client-id', entityName: null },
      ],
      values: [{ key: 'consumer_byte_rate', value: 7 }],
    },
  ]);
});
