import { messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';

async function lister() {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const open = await transactionalProducer(under, { id: 'open' });
  await open.send('t', ['a']);
  await transactionalProducer(under, { id: 'empty' });
  const list = async (filters: object = {}) => {
    const request = { stateFilters: [], producerIdFilters: [], ...filters };
    const answer = await under.call(messages.listTransactions, { version: 2 }, request);
    const found = answer.transactionStates.map((one) => `${one.transactionalId} ${one.transactionState}`);
    return { error: errorName(answer.errorCode), unknown: answer.unknownStateFilters, found };
  };
  return { under, open, list };
}

const both = ['open Ongoing', 'empty Empty'];

describe('lists what passes every filter', () => {
  test.each([
    ['none', {}, both],
    ['state', { stateFilters: ['Ongoing', 'Bogus'] }, ['open Ongoing']],
    ['unknown states only', { stateFilters: ['Bogus'] }, []],
    ['producer id', { producerIdFilters: [0n, 99n] }, ['open Ongoing']],
    ['pattern of the whole id', { transactionalIdPattern: 'o.*' }, ['open Ongoing']],
    ['pattern of a part', { transactionalIdPattern: 'op' }, []],
    ['empty pattern', { transactionalIdPattern: '' }, both],
  ])('%s', async (_name, filters, found) => {
    expect((await (await lister()).list(filters)).found).toEqual(found);
  });

  test('how long ago the transaction began', async () => {
    const { under, list } = await lister();
    under.clock.advance(5000);
    expect((await list({ durationFilter: 4999n })).found).toContain('open Ongoing');
    expect((await list({ durationFilter: 5000n })).found).not.toContain('open Ongoing');
  });
});

test('names states it does not know, and refuses a pattern it cannot read', async () => {
  const { list } = await lister();
  expect((await list({ stateFilters: ['Bogus', 'Ongoing'] })).unknown).toEqual(['Bogus']);
  expect((await list({ transactionalIdPattern: '(' })).error).toBe('INVALID_REGULAR_EXPRESSION');
});

test('each node lists what it coordinates', async () => {
  const under = clusterUnderTest({ nodes: 2 });
  const ids = ['a', 'b', 'c', 'd', 'e'];
  for (const id of ids) await transactionalProducer(under, { id, node: under.cluster.topology.coordinatorOf(id) });
  const request = { stateFilters: [], producerIdFilters: [] };
  const lists = await Promise.all(
    [1, 2].map((node) => under.call(messages.listTransactions, { version: 1, node }, request)),
  );
  const found = lists.map((list) => list.transactionStates.map(({ transactionalId }) => transactionalId));
  expect(found.flat().sort()).toEqual(ids);
  expect(found.every((own) => own.length > 0)).toBe(true);
});
