import { gzipSync } from 'node:zlib';
import { errorCodes, messages, type RequestInput, zeroUuid } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import type { MockBrokerOptions } from '../cluster/options.ts';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';

const CLIENT_METRICS = 16;
const everything = { all: { metrics: '*', 'interval.ms': '1000' } };
const otlp = Buffer.from('what a client measured');

const offering = (telemetry: NonNullable<MockBrokerOptions['telemetry']>, more: MockBrokerOptions = {}) =>
  clusterUnderTest({ telemetry, ...more });

function ask(under: ClusterUnderTest, { id = zeroUuid, clientId = 'app', node = 1 } = {}) {
  return under.call(messages.getTelemetrySubscriptions, { version: 0, clientId, node }, { clientInstanceId: id });
}

type Push = Partial<RequestInput<typeof messages.pushTelemetry>>;

async function push(under: ClusterUnderTest, wish: Push, node = 1): Promise<number> {
  const usual = {
    clientInstanceId: zeroUuid,
    subscriptionId: 0,
    terminating: false,
    compressionType: 0,
    metrics: otlp,
  };
  const sender = { version: 0, clientId: 'app', node };
  return (await under.call(messages.pushTelemetry, sender, { ...usual, ...wish })).errorCode;
}

async function subscribed(under: ClusterUnderTest) {
  const { clientInstanceId, subscriptionId } = await ask(under);
  return { clientInstanceId, subscriptionId };
}

async function alter(under: ClusterUnderTest, name: string, configs: Record<string, string | null>) {
  const changes = Object.entries(configs).map(([config, value]) => ({
    name: config,
    configOperation: value === null ? 1 : 0,
    value,
  }));
  const resources = [{ resourceType: CLIENT_METRICS, resourceName: name, configs: changes }];
  const request = { resources, validateOnly: false };
  return (await under.call(messages.incrementalAlterConfigs, { version: 1 }, request)).responses[0]?.errorCode;
}

test('is offered with the option alone, as a real broker offers it with a plugin alone', async () => {
  const keysOf = async (under: ClusterUnderTest) =>
    (await under.call(messages.apiVersions, { version: 2 }, {})).apiKeys.map(({ apiKey }) => apiKey);
  expect(await keysOf(clusterUnderTest())).not.toContain(71);
  expect(await keysOf(offering({}))).toEqual(expect.arrayContaining([71, 72]));
});

test('a client is told what matching subscriptions ask for together, at the shortest of their intervals', async () => {
  const under = offering({
    a: { metrics: 'org.apache.kafka.producer.', 'interval.ms': '60000' },
    b: { metrics: 'org.apache.kafka.consumer.,x', 'interval.ms': '5000', match: 'client_id=app.*' },
    c: { metrics: 'y', 'interval.ms': '100', match: 'client_id=other, client_software_name=.*' },
  });
  expect(await ask(under)).toMatchObject({
    errorCode: 0,
    pushIntervalMs: 5000,
    requestedMetrics: ['org.apache.kafka.consumer.', 'org.apache.kafka.producer.', 'x'],
    telemetryMaxBytes: 1_048_576,
    deltaTemporality: true,
    acceptedCompressionTypes: [4, 3, 1, 2],
  });
  expect((await ask(under, { clientId: 'batch-app' })).requestedMetrics).toEqual(['org.apache.kafka.producer.']);
});

test('who is asked for everything is asked for nothing else; who matches nothing for nothing', async () => {
  const under = offering({ ...everything, more: { metrics: 'x' } });
  expect((await ask(under)).requestedMetrics).toEqual(['*']);
  const nothing = await ask(offering({ x: { metrics: '*', match: 'client_id=nobody' } }));
  expect(nothing).toMatchObject({ errorCode: 0, requestedMetrics: [], pushIntervalMs: 300_000 });
});

test('what is pushed can be looked at, as the client made it', async () => {
  const under = offering(everything);
  const own = await subscribed(under);
  expect(await push(under, { ...own, compressionType: 1, metrics: gzipSync(otlp) })).toBe(0);
  expect(under.cluster.telemetry.pushes).toEqual([
    {
      nodeId: 1,
      clientId: 'app',
      clientInstanceId: own.clientInstanceId,
      terminating: false,
      compression: 'gzip',
      metrics: otlp,
    },
  ]);
});

test('a client keeps its id, and has one subscription id at every node', async () => {
  const under = offering(everything, { nodes: 2 });
  const own = await subscribed(under);
  const again = await ask(under, { id: own.clientInstanceId, node: 2 });
  expect(again).toMatchObject(own);
  expect(await push(under, own, 2)).toBe(0);
});

describe('a push is refused', () => {
  test.each([
    { why: 'without an id', wish: { clientInstanceId: zeroUuid }, error: 'INVALID_REQUEST' },
    { why: 'for a subscription there is not', wish: { subscriptionId: 1 }, error: 'UNKNOWN_SUBSCRIPTION_ID' },
    { why: 'in a codec there is not', wish: { compressionType: 9 }, error: 'UNSUPPORTED_COMPRESSION_TYPE' },
    { why: 'larger than allowed', wish: { metrics: Buffer.alloc(101) }, error: 'TELEMETRY_TOO_LARGE' },
    { why: 'that cannot be decompressed', wish: { compressionType: 3 }, error: 'INVALID_RECORD' },
  ] as const)('$why: $error', async ({ wish, error }) => {
    const under = offering(everything, { configs: { 'telemetry.max.bytes': '100' } });
    expect(await push(under, { ...(await subscribed(under)), ...wish })).toBe(errorCodes[error]);
    expect(under.cluster.telemetry.pushes).toEqual([]);
  });

  test('before the interval is over, unless it is the last one, after which there is none', async () => {
    const under = offering(everything);
    const own = await subscribed(under);
    expect(await push(under, own)).toBe(0);
    expect(await push(under, own)).toBe(errorCodes.THROTTLING_QUOTA_EXCEEDED);
    under.clock.advance(999);
    expect(await push(under, own)).toBe(errorCodes.THROTTLING_QUOTA_EXCEEDED);
    under.clock.advance(1);
    expect(await push(under, own)).toBe(0);
    expect(await push(under, { ...own, terminating: true })).toBe(0);
    under.clock.advance(1000);
    expect(await push(under, own)).toBe(errorCodes.INVALID_REQUEST);
    expect(under.cluster.telemetry.pushes.map(({ terminating }) => terminating)).toEqual([false, false, true]);
  });
});

test('asking again is refused before the interval is over, but not after subscriptions have changed', async () => {
  const under = offering(everything);
  const { clientInstanceId: id, subscriptionId } = await ask(under);
  expect((await ask(under, { id })).errorCode).toBe(errorCodes.THROTTLING_QUOTA_EXCEEDED);
  expect(await alter(under, 'more', { metrics: 'x', 'interval.ms': '200' })).toBe(0);
  expect(await push(under, { clientInstanceId: id, subscriptionId })).toBe(errorCodes.UNKNOWN_SUBSCRIPTION_ID);
  under.clock.advance(200);
  expect(await ask(under, { id })).toMatchObject({ errorCode: 0, pushIntervalMs: 200 });
});

describe('subscriptions as configs', () => {
  test('are set, listed, described and gone when nothing of them is left', async () => {
    const under = offering({});
    const names = async () =>
      (await under.call(messages.listConfigResources, { version: 0 }, {})).configResources.map(
        (one) => one.resourceName,
      );
    expect(await names()).toEqual([]);
    expect(await alter(under, 'slow', { metrics: 'x', match: 'client_id=a.*' })).toBe(0);
    expect(await names()).toEqual(['slow']);
    const resources = [{ resourceType: CLIENT_METRICS, resourceName: 'slow', configurationKeys: null }];
    const described = await under.call(messages.describeConfigs, { version: 4 }, { resources });
    expect(described.results[0]?.configs.map(({ name, value, configSource }) => [name, value, configSource])).toEqual([
      ['interval.ms', '300000', 5],
      ['match', 'client_id=a.*', 7],
      ['metrics', 'x', 7],
    ]);
    expect(await alter(under, 'slow', { metrics: null, match: null })).toBe(0);
    expect(await names()).toEqual([]);
  });

  test.each([
    ['interval.ms', '99', 'INVALID_REQUEST'],
    ['interval.ms', '3600001', 'INVALID_REQUEST'],
    ['interval.ms', 'soon', 'INVALID_CONFIG'],
    ['match', 'client_shoe_size=44', 'INVALID_CONFIG'],
    ['match', 'client_id=(', 'INVALID_CONFIG'],
    ['unknown', 'x', 'INVALID_REQUEST'],
  ] as const)('%s=%s is refused with %s', async (name, value, error) => {
    expect(await alter(offering({}), 'x', { [name]: value })).toBe(errorCodes[error]);
  });

  test('need a name', async () => {
    expect(await alter(offering({}), '', { metrics: 'x' })).toBe(errorCodes.INVALID_REQUEST);
  });
});
