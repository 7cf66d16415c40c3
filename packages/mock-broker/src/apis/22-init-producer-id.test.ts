import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { initProducerId: api } = messages;
const request = { transactionalId: null, transactionTimeoutMs: 1000 };

test('every producer gets an id of its own', async () => {
  const under = clusterUnderTest();
  const [one, two] = [await under.call(api, { version: 4 }, request), await under.call(api, { version: 0 }, request)];
  expect([one.producerEpoch, two.producerEpoch]).toEqual([0, 0]);
  expect(one.producerId).not.toBe(two.producerId);
});

test('a producer that lost count keeps its id under a higher epoch (KIP-360)', async () => {
  const answer = await clusterUnderTest().call(api, { version: 3 }, { ...request, producerId: 5n, producerEpoch: 2 });
  expect(answer).toMatchObject({ errorCode: 0, producerId: 5n, producerEpoch: 3 });
});

test('with its epochs used up it gets a new id', async () => {
  const last = { ...request, producerId: 5n, producerEpoch: 0x7ffe };
  expect(await clusterUnderTest().call(api, { version: 3 }, last)).toMatchObject({ producerId: 0n, producerEpoch: 0 });
});

test('transactions are refused', async () => {
  const answer = await clusterUnderTest().call(api, { version: 1 }, { ...request, transactionalId: 'tx' });
  expect(answer).toMatchObject({ errorCode: errorCodes.UNSUPPORTED_VERSION, producerId: -1n });
});
