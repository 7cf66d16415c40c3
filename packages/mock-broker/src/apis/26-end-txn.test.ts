import { messages, RecordBatch, readTransactionMarker } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';

const topics = [{ name: 't' }];
const everything = { maxBytes: Number.POSITIVE_INFINITY, atLeastOne: true };

/** The log as `offset epoch what`: the last is a value, or how a transaction ended. */
function logOf({ cluster }: ClusterUnderTest): string[] {
  const { log } = cluster.catalog.byName('t')!.partition(0)!;
  return log.read(0n, everything).flatMap((bytes) => {
    const batch = new RecordBatch(bytes);
    return [...batch.records()].map((record) => {
      const what = batch.isControl ? readTransactionMarker(record)?.type : String(Buffer.from(record.value ?? []));
      return `${record.offset} e${batch.producerEpoch} ${what}`;
    });
  });
}

async function end(under: ClusterUnderTest, claim: { producerId: bigint; producerEpoch: number }, wish: object = {}) {
  const { version = 5, committed = true } = wish as { version?: number; committed?: boolean };
  const { producerId, producerEpoch } = claim;
  const request = { transactionalId: 'tx', producerId, producerEpoch, committed };
  const answer = await under.call(messages.endTxn, { version }, request);
  return `${errorName(answer.errorCode)} e${answer.producerEpoch}`;
}

describe('as in Kafka 3', () => {
  test('commit and abort write a marker under the same epoch, and may be repeated', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under, { protocol: 1 });
    await producer.add('t');
    await producer.send('t', ['a']);
    expect([await producer.commit(), await producer.commit(), await producer.abort()]).toEqual([
      'NONE',
      'NONE',
      'INVALID_TXN_STATE',
    ]);
    await producer.add('t');
    await producer.send('t', ['b']);
    expect([await producer.abort(), await producer.abort(), await producer.commit()]).toEqual([
      'NONE',
      'NONE',
      'INVALID_TXN_STATE',
    ]);
    expect(logOf(under)).toEqual(['0 e0 a', '1 e0 commit', '2 e0 b', '3 e0 abort']);
  });

  test('with nothing open there is nothing to end', async () => {
    const producer = await transactionalProducer(clusterUnderTest({ topics }), { protocol: 1 });
    expect([await producer.commit(), await producer.abort()]).toEqual(['INVALID_TXN_STATE', 'INVALID_TXN_STATE']);
  });
});

describe('since KIP-890', () => {
  test('every end raises the epoch, and the marker carries it', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    await producer.send('t', ['a']);
    await producer.commit();
    await producer.send('t', ['b']);
    await producer.abort();
    expect(producer.producerEpoch).toBe(2);
    expect(logOf(under)).toEqual(['0 e0 a', '1 e1 commit', '2 e1 b', '3 e2 abort']);
  });

  test('who lost the answer gets it again; the other end is refused', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    const before = { ...producer };
    await producer.send('t', ['a']);
    expect(await end(under, before)).toBe('NONE e1');
    expect(await end(under, before)).toBe('NONE e1');
    expect(await end(under, before, { committed: false })).toBe('INVALID_TXN_STATE e-1');
    expect(await end(under, { ...before, producerEpoch: 1 })).toBe('INVALID_TXN_STATE e-1');
    expect(logOf(under)).toEqual(['0 e0 a', '1 e1 commit']);
  });

  test('an abort with nothing open raises the epoch, a commit is refused', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    expect(await producer.commit()).toBe('INVALID_TXN_STATE');
    expect([await producer.abort(), producer.producerEpoch]).toEqual(['NONE', 1]);
    expect([await producer.abort(), producer.producerEpoch]).toEqual(['NONE', 2]);
  });

  test('what was sent in an earlier epoch and arrives late is fenced', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    const before = { ...producer };
    await producer.send('t', ['a']);
    await producer.commit();
    await producer.send('t', ['b']);
    expect(await end(under, before)).toBe('PRODUCER_FENCED e-1');
    expect(await end(under, before, { version: 1 })).toBe('INVALID_PRODUCER_EPOCH e-1');
    producer.producerEpoch = before.producerEpoch;
    expect(await producer.send('t', ['late'])).toBe('INVALID_PRODUCER_EPOCH');
  });

  test('with its epochs used up the producer goes on under a new id', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    under.cluster.transactions.find('tx')!.identity = {
      current: { producerId: producer.producerId, producerEpoch: 0x7ffe },
    };
    const before = { producerId: producer.producerId, producerEpoch: 0x7ffe };
    producer.producerEpoch = 0x7ffe;
    await producer.send('t', ['a']);
    await producer.commit();
    expect(producer.producerEpoch).toBe(0);
    expect(producer.producerId).not.toBe(before.producerId);
    expect(await end(under, before)).toBe('NONE e0');
    expect(logOf(under)).toEqual(['0 e32766 a', '1 e32767 commit']);
    expect(await producer.send('t', ['b'])).toBe('NONE');
  });
});

test('a transaction that takes too long is aborted under a new epoch', async () => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under, { timeoutMs: 5000 });
  await producer.send('t', ['a']);
  under.clock.advance(4999);
  await producer.send('t', ['b']);
  expect(under.cluster.transactions.find('tx')?.state).toBe('Ongoing');
  under.clock.advance(1);
  expect(under.cluster.transactions.find('tx')?.state).toBe('CompleteAbort');
  expect(logOf(under)).toEqual(['0 e0 a', '1 e0 b', '2 e1 abort']);
  expect(await producer.send('t', ['c'])).toBe('INVALID_PRODUCER_EPOCH');
  expect(await producer.commit()).toBe('INVALID_TXN_STATE');
  expect(await end(under, producer, { version: 3 })).toBe('PRODUCER_FENCED e-1');
  expect(await producer.register({ producerId: producer.producerId, producerEpoch: 0 })).toBe('NONE');
  expect([await producer.send('t', ['d']), await producer.commit()]).toEqual(['NONE', 'NONE']);
});

test('a topic deleted meanwhile does not hold the others up', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }, { name: 'gone' }] });
  const producer = await transactionalProducer(under);
  await producer.send('gone', ['a']);
  await producer.send('t', ['b']);
  under.cluster.catalog.delete(under.cluster.catalog.byName('gone')!);
  expect(await producer.commit()).toBe('NONE');
  expect(logOf(under)).toEqual(['0 e0 b', '1 e1 commit']);
});

test('observers hear of every state', async () => {
  const under = clusterUnderTest({ topics });
  const seen: string[] = [];
  under.cluster.observers.on('transaction', ({ state, producerEpoch }) => seen.push(`${state} ${producerEpoch}`));
  const producer = await transactionalProducer(under);
  await producer.send('t', ['a']);
  await producer.commit();
  await producer.register();
  expect(seen).toEqual(['Empty 0', 'Ongoing 0', 'PrepareCommit 1', 'CompleteCommit 1', 'Empty 2']);
});
