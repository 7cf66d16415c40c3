import { readdirSync } from 'node:fs';
import { type ApiName, errorCodes } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { releaseServing } from '../testing/release-serving.ts';
import { sampleRequest } from '../testing/sample-value.ts';
import { apis } from './index.ts';

const versions = apis.flatMap(({ message, versions: [lowest, highest] }) =>
  Array.from({ length: highest - lowest + 1 }, (_, step) => ({ name: message.name, message, version: lowest + step })),
);

test('every file in the folder is in the registry, under its own key', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => /^\d\d-.*(?<!\.test)\.ts$/.test(name));
  const keys = files.map((name) => Number.parseInt(name, 10)).sort((one, other) => one - other);
  expect(apis.map(({ message }) => message.key)).toEqual(keys);
});

test('no version is served that the protocol does not have', () => {
  for (const {
    message,
    versions: [lowest, highest],
  } of apis) {
    expect(message.versions.from, message.name).toBeLessThanOrEqual(lowest);
    expect(message.versions.to, message.name).toBeGreaterThanOrEqual(highest);
  }
});

describe.each(versions)('$name v$version', ({ message, version }) => {
  const produceWithReply = message.name === 'Produce' ? { acks: 1 } : {};

  test('answers whatever it is asked', async () => {
    const under = clusterUnderTest({ telemetry: {}, asVersion: releaseServing(message.key, version) });
    const request = { ...sampleRequest(message, version), ...produceWithReply };
    const answer = under.call(message, { version }, request);
    await settle();
    under.clock.advance(120_000);
    expect(await answer).toBeTypeOf('object');
  });

  test('can be refused by a fault', async () => {
    const under = clusterUnderTest({ telemetry: {}, asVersion: releaseServing(message.key, version) });
    under.faults.on(message.name as ApiName).fail('KAFKA_STORAGE_ERROR');
    const request = { ...sampleRequest(message, version), ...produceWithReply };
    const answer = await under.call(message, { version }, request);
    const code = `:${errorCodes.KAFKA_STORAGE_ERROR}`;
    const text = JSON.stringify(answer, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).toContain(`rrorCode"${code}`);
    expect(under.faults.unused()).toEqual([]);
  });
});
