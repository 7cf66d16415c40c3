import { encodeRequestFrame, errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { apis } from '../apis/index.ts';
import { MockBrokerError } from '../errors.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { resolveOptions } from './options.ts';
import { type KafkaRelease, kafkaReleases, rangeIn } from './releases.ts';

const named = { clientSoftwareName: 'test', clientSoftwareVersion: '1.0' };

describe.each(kafkaReleases)('as Kafka %s', (asVersion) => {
  test('shows no API and no version that the release does not have', async () => {
    const { apiKeys } = await clusterUnderTest({ asVersion }).call(messages.apiVersions, { version: 2 }, {});
    expect(apiKeys.length).toBeGreaterThan(30);
    for (const { apiKey, minVersion, maxVersion } of apiKeys) {
      const [lowest, highest] = rangeIn(asVersion, apiKey) ?? [0, -1];
      expect(maxVersion, `key ${apiKey}`).toBeLessThanOrEqual(highest);
      expect(minVersion, `key ${apiKey}`).toBeGreaterThanOrEqual(lowest);
    }
  });

  test('shows each API it serves up to the newest version of the release, or of this broker', async () => {
    const under = clusterUnderTest({ asVersion, telemetry: {} });
    const { apiKeys } = await under.call(messages.apiVersions, { version: 2 }, {});
    const shown = new Map(apiKeys.map(({ apiKey, maxVersion }) => [apiKey, maxVersion]));
    for (const { message, versions } of apis) {
      const range = rangeIn(asVersion, message.key);
      if (range && range[1] >= versions[0])
        expect(shown.get(message.key), message.name).toBe(Math.min(range[1], versions[1]));
      else expect(shown.has(message.key), message.name).toBe(false);
    }
  });
});

test('a version newer than the release ends the connection, as there', async () => {
  const request = { topics: null, allowAutoTopicCreation: false };
  const frame = encodeRequestFrame(messages.metadata, { version: 10, correlationId: 1, clientId: 'c' }, request);
  const fate = (asVersion: KafkaRelease) => clusterUnderTest({ asVersion }).serve(frame.subarray(4));
  expect([await fate('2.4'), await fate('2.8')]).toEqual(['close', 'reply']);
});

test.each([
  ['3.0', []],
  ['3.9', ['metadata.version']],
  ['4.0', ['metadata.version', 'transaction.version']],
] as const)('as Kafka %s these features are finalized: %j', async (asVersion, expected) => {
  const answer = await clusterUnderTest({ asVersion }).call(messages.apiVersions, { version: 3 }, named);
  const names = answer.finalizedFeatures.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...expected]));
  expect(names.includes('transaction.version')).toBe(asVersion === '4.0');
});

test('an unknown release is refused with the list of those known', () => {
  const start = () => resolveOptions({ asVersion: '2.7' as KafkaRelease });
  expect(start).toThrow(MockBrokerError);
  expect(start).toThrow(/asVersion is 2\.7: give one of 2\.1, 2\.4, .*4\.3/);
});

test('before 4.0 there are no consumer groups of KIP-848, though 3.9 knows the API', async () => {
  const request = {
    groupId: 'g',
    memberId: 'm',
    memberEpoch: 0,
    rebalanceTimeoutMs: 1000,
    subscribedTopicNames: ['t'],
    topicPartitions: [],
  };
  const answer = await clusterUnderTest({ asVersion: '3.9' }).call(
    messages.consumerGroupHeartbeat,
    { version: 0 },
    request,
  );
  expect(answer.errorCode).toBe(errorCodes.UNSUPPORTED_VERSION);
});
