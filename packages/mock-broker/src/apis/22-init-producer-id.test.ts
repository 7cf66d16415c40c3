import { messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';

const { initProducerId: api } = messages;
const topics = [{ name: 't' }];

function asker(under = clusterUnderTest({ topics, nodes: 2 })) {
  const ask = async (transactionalId: string | null, more: object = {}, sender: object = {}) => {
    const request = { transactionalId, transactionTimeoutMs: 1000, ...more };
    const node = transactionalId ? under.cluster.topology.coordinatorOf(transactionalId) : 1;
    const { errorCode, ...identity } = await under.call(api, { version: 5, node, ...sender }, request);
    return { error: errorName(errorCode), id: identity.producerId, epoch: identity.producerEpoch };
  };
  return { under, ask };
}

describe('without a transactional id', () => {
  test('every producer gets an id of its own, whatever it had before', async () => {
    const { ask } = asker();
    const answers = [
      await ask(null),
      await ask(null, {}, { version: 0 }),
      await ask(null, { producerId: 5n, producerEpoch: 2 }),
    ];
    expect(answers.map(({ error, epoch }) => `${error} ${epoch}`)).toEqual(['NONE 0', 'NONE 0', 'NONE 0']);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(3);
  });

  test('half an identity is refused', async () => {
    expect((await asker().ask(null, { producerId: 5n })).error).toBe('INVALID_REQUEST');
    expect((await asker().ask(null, { producerEpoch: 5 })).error).toBe('INVALID_REQUEST');
  });
});

describe('with a transactional id', () => {
  test('the id stays and the epoch rises with every one who asks', async () => {
    const { ask } = asker();
    const answers = [await ask('tx'), await ask('tx'), await ask('other')];
    expect(answers.map(({ epoch }) => epoch)).toEqual([0, 1, 0]);
    expect(answers[1]!.id).toBe(answers[0]!.id);
    expect(answers[2]!.id).not.toBe(answers[0]!.id);
  });

  test('only its coordinator answers, and a name and a timeout are needed', async () => {
    const { under, ask } = asker();
    const wrong = under.cluster.topology.coordinatorOf('tx') === 1 ? 2 : 1;
    expect((await ask('tx', {}, { node: wrong })).error).toBe('NOT_COORDINATOR');
    expect((await ask('')).error).toBe('INVALID_REQUEST');
    for (const [transactionTimeoutMs, error] of [
      [0, 'INVALID_TRANSACTION_TIMEOUT'],
      [900_000, 'NONE'],
      [900_001, 'INVALID_TRANSACTION_TIMEOUT'],
    ] as const) {
      expect((await ask('tx', { transactionTimeoutMs })).error).toBe(error);
    }
  });

  test('one who recovers gets the next epoch, asked twice the same one; who is older is fenced (KIP-360)', async () => {
    const { ask } = asker();
    const { id: producerId } = await ask('tx');
    const recover = (producerEpoch: number, version = 5) => ask('tx', { producerId, producerEpoch }, { version });
    expect(await recover(0)).toEqual({ error: 'NONE', id: producerId, epoch: 1 });
    expect(await recover(0)).toEqual({ error: 'NONE', id: producerId, epoch: 1 });
    await recover(1);
    expect((await recover(0)).error).toBe('PRODUCER_FENCED');
    expect((await recover(0, 3)).error).toBe('INVALID_PRODUCER_EPOCH');
    expect((await ask('tx', { producerId: 99n, producerEpoch: 0 })).error).toBe('PRODUCER_FENCED');
    expect((await ask('new', { producerId: 99n, producerEpoch: 3 })).error).toBe('NONE');
  });

  test('one who recovers after another has taken over is fenced', async () => {
    const { ask } = asker();
    const { id: producerId } = await ask('tx');
    await ask('tx');
    expect((await ask('tx', { producerId, producerEpoch: 0 })).error).toBe('PRODUCER_FENCED');
  });

  test('an open transaction is aborted, and the asker told to come again', async () => {
    const under = clusterUnderTest({ topics });
    const { ask } = asker(under);
    const zombie = await transactionalProducer(under);
    await zombie.send('t', ['a']);
    expect((await ask('tx')).error).toBe('CONCURRENT_TRANSACTIONS');
    expect(under.cluster.transactions.find('tx')?.state).toBe('CompleteAbort');
    expect(await ask('tx')).toEqual({ error: 'NONE', id: zombie.producerId, epoch: 2 });
    expect(await zombie.send('t', ['b'])).toBe('INVALID_PRODUCER_EPOCH');
    expect(await zombie.commit()).toBe('PRODUCER_FENCED');
  });

  test('with its epochs used up an id is replaced', async () => {
    const under = clusterUnderTest({ topics });
    const { ask } = asker(under);
    const { id } = await ask('tx');
    const transaction = under.cluster.transactions.find('tx')!;
    transaction.identity = { current: { producerId: id, producerEpoch: 0x7ffe } };
    const next = await ask('tx');
    expect(next.epoch).toBe(0);
    expect(next.id).not.toBe(id);
  });

  test('an id nobody uses for a week is forgotten', async () => {
    const { under, ask } = asker();
    const first = await ask('tx');
    under.clock.advance(7 * 86_400_000 - 1);
    await ask('tx');
    under.clock.advance(7 * 86_400_000 - 1);
    expect(under.cluster.transactions.list()).toHaveLength(1);
    under.clock.advance(1);
    expect(under.cluster.transactions.list()).toEqual([]);
    expect((await ask('tx')).id).not.toBe(first.id);
  });
});
