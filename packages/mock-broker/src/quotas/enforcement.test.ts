import { errorCodes, messages, zeroUuid } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { rawClient } from '../testing/raw-client.ts';
import { createManualClock } from '../time/manual-clock.ts';
import type { QuotaOptions } from './entity.ts';

const { THROTTLING_QUOTA_EXCEEDED } = errorCodes;

describe('request_percentage', () => {
  const metadata = (under: ClusterUnderTest, clientId: string) =>
    under.call(messages.metadata, { version: 9, clientId }, { topics: [] });

  test('holds back who sends many requests, whatever they are, a second at most', async () => {
    // 0.1 percent of a thread is 1 ms a second: ten small requests, or a hundred in ten seconds.
    const under = clusterUnderTest({ quotas: [{ clientId: 'busy', requestPercentage: 0.1 }] });
    const told = [];
    for (let at = 0; at < 130; at += 1) told.push((await metadata(under, 'busy')).throttleTimeMs);
    expect(
      told.slice(0, 95).every((ms) => ms === 0),
      'the first ones are free',
    ).toBe(true);
    expect(
      told.slice(101).every((ms) => ms > 0 && ms <= 1000),
      `then ${told.slice(95)}`,
    ).toBe(true);
    expect((await metadata(under, 'other')).throttleTimeMs).toBe(0);
    under.clock.advance(11_000);
    expect((await metadata(under, 'busy')).throttleTimeMs).toBe(0);
  });

  test('a long poll costs no more than its bytes, however long it waits', async () => {
    const under = clusterUnderTest({
      topics: [{ name: 't' }],
      quotas: [{ clientId: null, requestPercentage: 0.1 }],
    });
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 }];
    const request = { maxWaitMs: 60_000, minBytes: 1, topics: [{ topic: 't', partitions }] };
    const poll = under.call(messages.fetch, { version: 12 }, request);
    await new Promise(setImmediate);
    under.clock.advance(60_000);
    expect((await poll).throttleTimeMs).toBe(0);
  });
});

describe('controller_mutation_rate', () => {
  const quotas: readonly QuotaOptions[] = [{ user: 'ANONYMOUS', controllerMutationRate: 1 }];
  const limited = () => clusterUnderTest({ quotas });
  let made = 0;

  async function create(under: ClusterUnderTest, partitions: number, { version = 7, validateOnly = false } = {}) {
    made += 1;
    const topics = [
      { name: `t${made}`, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] },
    ];
    const answer = await under.call(messages.createTopics, { version }, { topics, timeoutMs: 1, validateOnly });
    return { throttleTimeMs: answer.throttleTimeMs, ...answer.topics[0]! };
  }

  test('refuses what comes after too much, and says for how long', async () => {
    const under = limited();
    expect(await create(under, 14)).toMatchObject({ errorCode: 0, throttleTimeMs: 0 });
    const refused = await create(under, 1);
    expect(refused).toMatchObject({
      errorCode: THROTTLING_QUOTA_EXCEEDED,
      errorMessage: null,
      throttleTimeMs: 3000,
    });
    expect(under.cluster.catalog.byName(refused.name)).toBeUndefined();
    under.clock.advance(3000);
    expect(await create(under, 1)).toMatchObject({ errorCode: 0, throttleTimeMs: 0 });
  });

  test('old versions are served and told to be silent', async () => {
    const under = limited();
    expect(await create(under, 14, { version: 5 })).toMatchObject({ errorCode: 0, throttleTimeMs: 3000 });
    expect(await create(under, 1, { version: 5 })).toMatchObject({ errorCode: 0, throttleTimeMs: 4000 });
  });

  test('a mere check costs as much as the change', async () => {
    const under = limited();
    expect(await create(under, 14, { validateOnly: true })).toMatchObject({ errorCode: 0 });
    const refused = { errorCode: THROTTLING_QUOTA_EXCEEDED, throttleTimeMs: 3000 };
    expect(await create(under, 1, { validateOnly: true })).toMatchObject(refused);
  });

  test.each([
    { version: 3, errorCode: THROTTLING_QUOTA_EXCEEDED, count: 1 },
    { version: 2, errorCode: 0, count: 3 },
  ])('adding partitions counts those that are added, v$version', async ({ version, errorCode, count }) => {
    const under = clusterUnderTest({ quotas, topics: [{ name: 'full' }, { name: 't' }] });
    const grow = async (name: string, wanted: number) => {
      const topics = [{ name, count: wanted, assignments: null }];
      const request = { topics, timeoutMs: 1, validateOnly: false };
      return (await under.call(messages.createPartitions, { version }, request)).results[0];
    };
    expect(await grow('full', 13)).toMatchObject({ errorCode: 0 });
    expect(await grow('t', 3)).toMatchObject({ errorCode });
    expect(under.cluster.catalog.byName('t')?.partitions).toHaveLength(count);
  });

  test.each([
    { version: 6, errorCode: THROTTLING_QUOTA_EXCEEDED },
    { version: 4, errorCode: 0 },
  ])('deleting counts what is deleted, v$version', async ({ version, errorCode }) => {
    const under = clusterUnderTest({ quotas, topics: [{ name: 'large', partitions: 12 }, { name: 'small' }] });
    const remove = async (name: string) => {
      const asked = version >= 6 ? { topics: [{ name, topicId: zeroUuid }] } : { topicNames: [name] };
      return (await under.call(messages.deleteTopics, { version }, { ...asked, timeoutMs: 1 })).responses[0];
    };
    expect(await remove('large')).toMatchObject({ errorCode: 0 });
    expect(await remove('small')).toMatchObject({ name: 'small', errorCode });
    expect(under.cluster.catalog.byName('small') === undefined).toBe(errorCode === 0);
  });
});

describe('connections', () => {
  test('beyond max.connections.per.ip are closed at once', async () => {
    await using broker = await startMockBroker({ configs: { 'max.connections.per.ip': '1' } });
    const { port } = broker.nodes[0]!;
    await using first = await rawClient(port);
    await first.call(messages.apiVersions, 0, {});
    await using second = await rawClient(port);
    await second.ended;
    await first.call(messages.apiVersions, 0, {});
  });

  test('beyond max.connections are served once another one ends', async () => {
    await using broker = await startMockBroker({ configs: { 'max.connections': '1' } });
    const { port } = broker.nodes[0]!;
    const first = await rawClient(port);
    await first.call(messages.apiVersions, 0, {});
    await using second = await rawClient(port);
    let served = false;
    const answer = second.call(messages.apiVersions, 0, {}).then(() => {
      served = true;
    });
    await first.call(messages.apiVersions, 0, {});
    expect(served).toBe(false);
    await first[Symbol.asyncDispose]();
    await answer;
  });

  test('that come too fast are closed after a while without a word', async () => {
    const clock = createManualClock();
    await using broker = await startMockBroker({ clock, quotas: [{ ip: '127.0.0.1', connectionCreationRate: 0.1 }] });
    const { port } = broker.nodes[0]!;
    await using first = await rawClient(port);
    await first.call(messages.apiVersions, 0, {});
    await using second = await rawClient(port);
    const timers = clock.pending();
    const refused = second.call(messages.apiVersions, 0, {}).catch((error: Error) => error.message);
    await first.call(messages.apiVersions, 0, {});
    expect(clock.pending()).toBe(timers);
    clock.advance(1000);
    expect(await refused).toBe('the connection was closed');
  });

  test('that wait do not keep a broker from closing', async () => {
    const broker = await startMockBroker({ configs: { 'max.connections': '0' } });
    await using waiting = await rawClient(broker.nodes[0]!.port);
    await broker.close();
    await waiting.ended;
  });
});
