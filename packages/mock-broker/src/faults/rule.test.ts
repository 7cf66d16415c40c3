import type { ApiName, ErrorName } from '@eventstream/kafka-protocol';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';
import type { FaultRuleData } from './rule-data.ts';
import { unusedTable } from './unused-table.ts';

const topics = [{ name: 't' }];
const wish = { values: ['a'] };

describe('a rule is data', () => {
  const written: [string, FaultRuleData][] = [
    [
      "on('Produce').topic('t', 0).fail('NOT_LEADER_OR_FOLLOWER')",
      { api: 'Produce', topic: 't', partition: 0, effect: { kind: 'fail', error: 'NOT_LEADER_OR_FOLLOWER' } },
    ],
    ["on('*').client('c').silence().always()", { api: '*', client: 'c', effect: { kind: 'silence' }, times: 'always' }],
    [
      "on('Fetch').node(2).version(4, 11).nth(3).at('answer').delay(500).times(2)",
      { api: 'Fetch', node: 2, version: [4, 11], nth: 3, at: 'answer', effect: { kind: 'delay', ms: 500 }, times: 2 },
    ],
    ["on('JoinGroup').group('g').hold('dam')", { api: 'JoinGroup', group: 'g', effect: { kind: 'hold', gate: 'dam' } }],
    [
      "on('EndTxn').transactionalId('tx').applyThen('silence')",
      { api: 'EndTxn', transactionalId: 'tx', effect: { kind: 'apply-then', outcome: 'silence' } },
    ],
    ["on('Fetch').chance(0.5).corruptRecords()", { api: 'Fetch', chance: 0.5, effect: { kind: 'corrupt-records' } }],
    ["on('Fetch').stall(8, 20)", { api: 'Fetch', effect: { kind: 'stall', afterBytes: 8, ms: 20 } }],
    ["on('Fetch').cut(8)", { api: 'Fetch', effect: { kind: 'cut', afterBytes: 8 } }],
    ["on('Fetch').at('frame').corrupt(-3)", { api: 'Fetch', at: 'frame', effect: { kind: 'corrupt', byte: -3 } }],
    [
      'on(\'Heartbeat\').reply({"errorCode":27})',
      { api: 'Heartbeat', effect: { kind: 'reply', with: { errorCode: 27 } } },
    ],
  ];

  test.each(written)('%s', (text, data) => {
    const { faults } = clusterUnderTest();
    const rule = faults.add(JSON.parse(JSON.stringify(data)));
    expect(String(rule)).toBe(text);
    expect(JSON.parse(JSON.stringify(rule))).toEqual(data);
    const rewritten = new Function('faults', `return faults.${text}`)(clusterUnderTest().faults);
    expect(rewritten.toJSON()).toEqual(data);
  });

  test('a reply by function is printed by its name', () => {
    const { faults } = clusterUnderTest();
    const nothing = (answer: object) => answer;
    expect(String(faults.on('Fetch').reply(nothing))).toBe("on('Fetch').reply(nothing)");
  });
});

describe('what can never be is refused at once', () => {
  const bad: [string, (faults: ReturnType<typeof clusterUnderTest>['faults']) => unknown, string][] = [
    ['an unknown API', (faults) => faults.on('Produse' as ApiName).disconnect(), 'did you mean "Produce"?'],
    [
      'an unknown error',
      (faults) => faults.on('Produce').fail('NOT_LEADER' as ErrorName),
      'There is no error "NOT_LEADER"',
    ],
    [
      'an unknown outcome',
      (faults) => faults.on('Produce').applyThen('disconect' as 'disconnect'),
      'did you mean "disconnect"?',
    ],
    [
      'an unknown effect',
      (faults) => faults.add({ api: 'Fetch', effect: { kind: 'explode' } } as never),
      'There is no effect "explode"',
    ],
    ['no effect', (faults) => faults.add({ api: 'Fetch' } as never), 'There is no effect "undefined"'],
    ['a match before the first', (faults) => faults.on('Produce').nth(0).disconnect(), 'nth is 0'],
    ['half a firing', (faults) => faults.on('Produce').disconnect().times(0.5), 'times is 0.5'],
    ['a chance of nothing', (faults) => faults.on('Produce').chance(0).disconnect(), 'chance is 0'],
    ['a negative number of bytes', (faults) => faults.on('Produce').cut(-1), 'afterBytes is -1'],
    ['a duration in no unit', (faults) => faults.on('Produce').delay('5 years' as '5s'), '"5 years" is no duration'],
    ['a partition of no topic', (faults) => faults.on('Produce').partition(1).disconnect(), 'name the topic too'],
    [
      'versions the wrong way round',
      (faults) => faults.on('Produce').version(9, 3).disconnect(),
      'give the lower one first',
    ],
    [
      'an effect at a stage it does not have',
      (faults) => faults.on('Produce').at('wire').fail('NOT_LEADER_OR_FOLLOWER'),
      'it can at request, answer',
    ],
    [
      'a topic before decoding',
      (faults) => faults.on('Produce').topic('t').at('frame').silence(),
      'nothing is decoded yet',
    ],
  ];

  test.each(bad)('%s', (_what, place, words) => {
    const { faults } = clusterUnderTest();
    expect(() => place(faults)).toThrow(words);
    expect(faults.unused().length).toBe(words === 'times is 0.5' ? 1 : 0);
  });

  test('by the compiler too', () => {
    expectTypeOf<FaultRuleData['api']>().toEqualTypeOf<ApiName | '*'>();
    // @ts-expect-error there is no such API
    expect(() => clusterUnderTest().faults.on('Produse').disconnect()).toThrow('Produse');
  });
});

describe('selection', () => {
  test('by version, group and transactional id', async () => {
    const under = clusterUnderTest({ topics });
    const { faults } = under;
    const versioned = faults.on('Produce').version(3, 8).fail('KAFKA_STORAGE_ERROR');
    const grouped = faults.on('Heartbeat').group('other').fail('KAFKA_STORAGE_ERROR');
    const transactional = faults.on('AddOffsetsToTxn').transactionalId('tx').fail('CONCURRENT_TRANSACTIONS');
    await produce(under, 't', wish);
    await (await groupMember(under).enter()).heartbeat();
    const producer = await transactionalProducer(under);
    expect(await producer.addOffsets()).toBe('CONCURRENT_TRANSACTIONS');
    expect([versioned.fired, grouped.fired, transactional.fired]).toEqual([0, 0, 1]);
  });

  test('by chance, drawn from the seed', async () => {
    const draw = async () => {
      const under = clusterUnderTest({ topics });
      under.faults.on('Produce').chance(0.5).fail('NOT_LEADER_OR_FOLLOWER').always();
      const codes: boolean[] = [];
      for (let at = 0; at < 20; at += 1) codes.push((await produce(under, 't', wish)).errorCode !== 0);
      return codes;
    };
    const codes = await draw();
    expect(new Set(codes).size).toBe(2);
    expect(await draw()).toEqual(codes);
  });
});

test('the history tells which rule fired on what, and when', async () => {
  const under = clusterUnderTest({ topics });
  under.faults.on('Produce').topic('t').fail('NOT_LEADER_OR_FOLLOWER');
  under.clock.advance(1000);
  await produce(under, 't', wish);
  await produce(under, 't', wish);
  under.faults.clear();
  expect(under.faults.history()).toEqual([
    {
      rule: "on('Produce').topic('t').fail('NOT_LEADER_OR_FOLLOWER')",
      at: under.clock.now(),
      api: 'Produce',
      version: 9,
      nodeId: 1,
      clientId: 'test',
    },
  ]);
});

test('an unused fault says what came nearest and why it was not met', async () => {
  const under = clusterUnderTest({ topics });
  under.faults.on('Produce').topic('orders').client('shop').fail('NOT_LEADER_OR_FOLLOWER');
  under.faults.on('Produce').topic('t').client('shop').disconnect();
  under.faults.on('Heartbeat').disconnect().times(2);
  for (let at = 0; at < 3; at += 1) await produce(under, 't', wish);
  expect(unusedTable(under.faults.unused())).toBe(
    [
      "  on('Produce').topic('orders').client('shop').fail('NOT_LEADER_OR_FOLLOWER')  matched 0, fired 0 of 1",
      "    nearest: Produce v9 of 'test' to node 1 about t-0, 3 times: the client is 'test', the topics are [t]",
      "  on('Produce').topic('t').client('shop').disconnect()                         matched 0, fired 0 of 1",
      "    nearest: Produce v9 of 'test' to node 1 about t-0, 3 times: the client is 'test'",
      "  on('Heartbeat').disconnect().times(2)                                        matched 0, fired 0 of 2",
      '    nearest: nothing on this API came',
    ].join('\n'),
  );
});
