import { decodeResponse, encodeRequestFrame, errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import type { KafkaRelease } from '../cluster/releases.ts';
import { answerUnknownApiVersions } from '../dispatch/version-gate.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { apis } from './index.ts';

const { apiVersions: api } = messages;
const named = { clientSoftwareName: 'test', clientSoftwareVersion: '1.0' };

test('lists every API that is served, in key order', async () => {
  const answer = await clusterUnderTest({ telemetry: {} }).call(api, { version: 3 }, named);
  expect(answer.apiKeys.map(({ apiKey }) => apiKey)).toEqual(apis.map(({ message }) => message.key));
  const fetch = answer.apiKeys.find(({ apiKey }) => apiKey === 1);
  expect(fetch).toEqual({ apiKey: 1, minVersion: 4, maxVersion: 18 });
});

test('Produce is advertised from 0 on, though served from 3', async () => {
  const { apiKeys } = await clusterUnderTest().call(api, { version: 0 }, {});
  expect(apiKeys[0]).toEqual({ apiKey: 0, minVersion: 0, maxVersion: 13 });
});

async function futureAnswer(asVersion?: KafkaRelease) {
  const under = clusterUnderTest(asVersion ? { asVersion } : {});
  const frame = encodeRequestFrame(api, { version: 4, correlationId: 9, clientId: 'c' }, named).subarray(4);
  new DataView(frame.buffer, frame.byteOffset).setInt16(2, 99);
  expect(await under.serve(frame)).toBe('reply');
  const outcome = answerUnknownApiVersions(under.cluster.registry, under.cluster.options.asVersion, 9);
  if (outcome.kind !== 'reply') throw new Error('no answer');
  return decodeResponse(api, 0, Buffer.concat(outcome.parts).subarray(8));
}

test('a version of the future is answered in v0 with error 35 and the range of this API alone (KIP-511)', async () => {
  const { errorCode, apiKeys } = await futureAnswer();
  expect(errorCode).toBe(errorCodes.UNSUPPORTED_VERSION);
  expect(apiKeys).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 4 }]);
});

test('a release before KIP-511 only says that it does not understand', async () => {
  expect(await futureAnswer('2.1')).toMatchObject({ errorCode: errorCodes.UNSUPPORTED_VERSION, apiKeys: [] });
});

test('a client must name its software in v3', async () => {
  const request = { clientSoftwareName: '-bad-', clientSoftwareVersion: '1' };
  expect((await clusterUnderTest().call(api, { version: 3 }, request)).errorCode).toBe(errorCodes.INVALID_REQUEST);
});

test.each([1, 2] as const)('says that the cluster runs transaction.version %i', async (transactionVersion) => {
  const under = clusterUnderTest({ transactionVersion });
  const ask = (version: number) => under.call(api, { version }, version < 3 ? {} : named);
  const [v2, v3, v4] = [await ask(2), await ask(3), await ask(4)];
  expect(v2.finalizedFeatures).toEqual([]);
  expect(v3.finalizedFeatures).toContainEqual({
    name: 'transaction.version',
    maxVersionLevel: transactionVersion,
    minVersionLevel: transactionVersion,
  });
  expect(v4.supportedFeatures).toContainEqual({ name: 'transaction.version', minVersion: 0, maxVersion: 2 });
  expect(v3.supportedFeatures, 'v3 cannot say that the lowest level is 0').toEqual([
    { name: 'metadata.version', minVersion: 7, maxVersion: 30 },
  ]);
});
