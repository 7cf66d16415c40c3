import { type AnyApi, errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { apis } from '../apis/index.ts';
import { Session } from '../security/session.ts';
import { batchOf } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { releaseServing } from '../testing/release-serving.ts';
import { sampleRequest } from '../testing/sample-value.ts';
import type { AclRule } from './acl.ts';
import { apiNeeds } from './api-needs.ts';

const topics = [{ name: 'a' }, { name: 'b' }];

/** A cluster with topics `a` and `b`, in which User:ANONYMOUS, who sends without saying so, may what the rules allow. */
function ruled(...rules: (Omit<AclRule, 'principal'> & { principal?: string })[]) {
  return clusterUnderTest({
    topics,
    acls: { rules: rules.map((rule) => ({ principal: 'User:ANONYMOUS', ...rule })) },
  });
}
const onA = { resource: 'topic', name: 'a' } as const;
const cluster = { resource: 'cluster', name: 'kafka-cluster' } as const;
const { TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED } = errorCodes;
const codes = [
  TOPIC_AUTHORIZATION_FAILED,
  GROUP_AUTHORIZATION_FAILED,
  CLUSTER_AUTHORIZATION_FAILED,
  errorCodes.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
];

const free = ['SaslHandshake', 'ApiVersions', 'SaslAuthenticate', 'DescribeCluster'];
const freeOfCharge = [...free, 'GetTelemetrySubscriptions', 'PushTelemetry'];
const selfMade = ['Fetch', 'Metadata', 'DescribeTopicPartitions'];
const filtered = ['ListGroups', 'ListTransactions'];

test('for every API it is said what it needs', () => {
  const known = new Set([...apiNeeds.keys(), ...freeOfCharge, ...selfMade]);
  expect(apis.map(({ message }) => message.name).filter((name) => !known.has(name))).toEqual([]);
});

/** Before v3 DescribeLogDirs has no place for a refusal: it shows no directory instead. */
const isRefusedInSilence = (name: string, version: number) => name === 'DescribeLogDirs' && version < 3;

const versions = apis
  .filter(({ message }) => !freeOfCharge.includes(message.name) && !filtered.includes(message.name))
  .flatMap(({ message, versions: [lowest, highest] }) =>
    Array.from({ length: highest - lowest + 1 }, (_, step) => ({
      name: message.name,
      message,
      version: lowest + step,
    })),
  )
  .filter(({ name, version }) => !isRefusedInSilence(name, version));

describe.each(versions)('$name v$version', ({ message, version }) => {
  test('is refused to who may nothing, and served to who may everything', async () => {
    const acks = message.name === 'Produce' ? { acks: 1 } : {};
    const asVersion = releaseServing(message.key, version);
    const denying = clusterUnderTest({ topics, asVersion, acls: { rules: [] } });
    const refused = await denying.call(message, { version }, request(message, version, acks));
    expect(codesIn(refused).some((code) => codes.includes(code as never))).toBe(true);
    const under = clusterUnderTest({
      topics: [{ name: 'sample' }],
      asVersion,
      acls: { superUsers: ['User:ANONYMOUS'] },
    });
    const asked = under.call(message, { version }, request(message, version, acks));
    await new Promise(setImmediate);
    under.clock.advance(120_000);
    expect(codesIn(await asked).filter((code) => codes.includes(code as never))).toEqual([]);
  });
});

/** Topics that are named by id have to exist, and configs to belong to something. */
function request(message: AnyApi, version: number, more: object) {
  const sample = sampleRequest(message, version);
  const text = JSON.stringify(sample, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value));
  const named = !text.includes('"topicId"') || text.includes('"name"') || text.includes('"topic"');
  const id = clusterUnderTest({ topics: [{ name: 'sample' }] }).cluster.catalog.byName('sample')!.id;
  const patched = named ? sample : replaceIds(sample, id);
  return { ...(patched as object), ...more } as never;
}

function replaceIds(value: unknown, id: string): unknown {
  if (Array.isArray(value)) return value.map((element) => replaceIds(element, id));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, own]) => [key, key === 'topicId' ? id : replaceIds(own, id)]),
  );
}

function codesIn(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(codesIn);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return Object.entries(value).flatMap(([key, own]) =>
    /errorCode$/i.test(key) && typeof own === 'number' ? [own] : codesIn(own),
  );
}

test('produce: the topic that is allowed is written, the other refused', async () => {
  const under = ruled({ ...onA, operation: 'write' });
  const to = (name: string) => ({ name, partitionData: [{ index: 0, records: batchOf({ values: ['v'] }) }] });
  const answer = await under.call(
    messages.produce,
    { version: 9 },
    { acks: -1, timeoutMs: 1, topicData: [to('b'), to('a')] },
  );
  const found = answer.responses.map(({ name, partitionResponses }) => [name, partitionResponses[0]!.errorCode]);
  expect(Object.fromEntries(found)).toEqual({ a: 0, b: TOPIC_AUTHORIZATION_FAILED });
  expect(under.cluster.catalog.byName('b')!.partition(0)!.log.watermarks.end).toBe(0n);
});

test('fetch: only what may be read is, and the answer as a whole is no error', async () => {
  const under = ruled({ ...onA, operation: 'read' });
  const from = (topic: string) => ({ topic, partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100 }] });
  const ask = (...names: string[]) =>
    under.call(messages.fetch, { version: 12 }, { maxWaitMs: 0, minBytes: 0, topics: names.map(from) });
  const both = await ask('a', 'b');
  const found = both.responses.map(({ topic, partitions }) => [topic, partitions[0]!.errorCode]);
  expect(Object.fromEntries(found)).toEqual({ a: 0, b: TOPIC_AUTHORIZATION_FAILED });
  const none = await ask('b');
  expect(none.errorCode).toBe(0);
  expect(none.responses[0]!.partitions[0]!.errorCode).toBe(TOPIC_AUTHORIZATION_FAILED);
});

test('fetch: a session goes by the rules of the moment', async () => {
  const under = ruled({ ...onA, operation: 'read' });
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100 }];
  const ask = async (session: object, topics: string[]) => {
    const named = topics.map((topic) => ({ topic, partitions }));
    const answer = await under.call(
      messages.fetch,
      { version: 12 },
      { maxWaitMs: 0, minBytes: 0, topics: named, ...session },
    );
    const found = answer.responses.map(({ topic, partitions: [one] }) => [topic, one!.errorCode]);
    return { id: answer.sessionId, found };
  };
  const first = await ask({ sessionId: 0, sessionEpoch: 0 }, ['a', 'b']);
  expect(first.found).toEqual([
    ['a', 0],
    ['b', TOPIC_AUTHORIZATION_FAILED],
  ]);
  const again = await ask({ sessionId: first.id, sessionEpoch: 1 }, []);
  expect(again.found).toEqual([['b', TOPIC_AUTHORIZATION_FAILED]]);
  const { authorizer } = under.cluster.security;
  const [rule] = authorizer.list();
  authorizer.add({ ...rule!, name: 'b' });
  authorizer.delete(rule!);
  const later = await ask({ sessionId: first.id, sessionEpoch: 2 }, []);
  expect(later.found).toContainEqual(['a', TOPIC_AUTHORIZATION_FAILED]);
  expect(later.found).not.toContainEqual(['b', TOPIC_AUTHORIZATION_FAILED]);
});

test('metadata: of all topics those that may not be seen are left out, asked for by name they are refused', async () => {
  const under = ruled({ ...onA, operation: 'read' });
  const ask = (topics: { name: string }[] | null) =>
    under.call(messages.metadata, { version: 9 }, { topics, includeTopicAuthorizedOperations: true });
  const all = await ask(null);
  expect(all.topics.map(({ name }) => name)).toEqual(['a']);
  expect(all.brokers).toHaveLength(1);
  // Bits 3 and 8: read, and describe, which it brings along (KIP-430).
  expect(all.topics[0]!.topicAuthorizedOperations).toBe(0b1_0000_1000);
  const named = await ask([{ name: 'b' }, { name: 'nope' }]);
  expect(named.topics.map(({ errorCode }) => errorCode)).toEqual([29, 29]);
  expect(named.topics[0]!.partitions).toEqual([]);
});

test.each([
  ['create on the topic', { resource: 'topic', name: 'new', operation: 'create' }, 0],
  ['create on the cluster', { ...cluster, operation: 'create' }, 0],
  ['nothing more', { ...onA, operation: 'create' }, TOPIC_AUTHORIZATION_FAILED],
] as const)('metadata creates a topic with %s', async (_what, rule, expected) => {
  const under = ruled({ resource: 'topic', name: 'new', operation: 'describe' }, rule);
  const answer = await under.call(messages.metadata, { version: 9 }, { topics: [{ name: 'new' }] });
  expect(answer.topics[0]!.errorCode).toBe(expected);
  expect(under.cluster.catalog.byName('new') !== undefined).toBe(expected === 0);
});

test('offsets: who may not see a topic does not see what was committed in it', async () => {
  const under = ruled({ ...onA, operation: 'read' }, { resource: 'group', name: 'g', operation: 'read' });
  for (const topic of ['a', 'b']) {
    const { id: topicId } = under.cluster.catalog.byName(topic)!;
    const commit = { topic, topicId, partition: 0, offset: 7n, leaderEpoch: 0, metadata: '', commitTimestamp: 0 };
    under.cluster.groups.commit('g', commit);
  }
  const ask = (groups: object[]) =>
    under.call(messages.offsetFetch, { version: 8 }, { groups: groups as never, requireStable: false });
  const all = await ask([{ groupId: 'g', topics: null }]);
  expect(all.groups[0]!.topics.map(({ name }) => name)).toEqual(['a']);
  const topics = ['a', 'b'].map((name) => ({ name, partitionIndexes: [0] }));
  const named = await ask([
    { groupId: 'g', topics },
    { groupId: 'h', topics },
  ]);
  const [g, h] = ['g', 'h'].map((id) => named.groups.find(({ groupId }) => groupId === id)!);
  expect(g!.topics.map(({ partitions: [one] }) => [one!.committedOffset, one!.errorCode])).toEqual([
    [7n, 0],
    [-1n, TOPIC_AUTHORIZATION_FAILED],
  ]);
  expect(h!.errorCode).toBe(GROUP_AUTHORIZATION_FAILED);
  const old = await under.call(messages.offsetFetch, { version: 7 }, { groupId: 'g', topics });
  expect(old.topics.map(({ partitions: [one] }) => one!.errorCode)).toEqual([0, TOPIC_AUTHORIZATION_FAILED]);
});

test('groups: who may describe the cluster sees all, others what they may describe', async () => {
  const list = async (...rules: Parameters<typeof ruled>) => {
    const under = ruled(...rules);
    for (const id of ['g', 'h']) under.cluster.groups.open(id);
    return (await under.call(messages.listGroups, { version: 4 }, {})).groups.map(({ groupId }) => groupId);
  };
  expect(await list()).toEqual([]);
  expect(await list({ resource: 'group', name: 'h', operation: 'read' })).toEqual(['h']);
  expect(await list({ ...cluster, operation: 'describe' })).toEqual(['g', 'h']);
});

test('an idempotent producer needs to write somewhere, or the cluster’s consent', async () => {
  const ask = async (...rules: Parameters<typeof ruled>) => {
    const request = { transactionalId: null, transactionTimeoutMs: 0 };
    return (await ruled(...rules).call(messages.initProducerId, { version: 4 }, request)).errorCode;
  };
  expect(await ask()).toBe(CLUSTER_AUTHORIZATION_FAILED);
  expect(await ask({ ...onA, operation: 'read' })).toBe(CLUSTER_AUTHORIZATION_FAILED);
  expect(await ask({ ...onA, operation: 'write' })).toBe(0);
  expect(await ask({ ...cluster, operation: 'idempotentWrite' })).toBe(0);
});

test('topics are deleted and created one by one', async () => {
  const under = ruled(
    { ...onA, operation: 'delete' },
    { resource: 'topic', name: 'n', pattern: 'prefixed', operation: 'create' },
  );
  const deleted = await under.call(messages.deleteTopics, { version: 3 }, { topicNames: ['a', 'b'], timeoutMs: 1 });
  expect(deleted.responses.map(({ name, errorCode }) => [name, errorCode])).toEqual([
    ['a', 0],
    ['b', TOPIC_AUTHORIZATION_FAILED],
  ]);
  const wish = (name: string) => ({ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] });
  const topics = [wish('new'), wish('other')];
  const created = await under.call(messages.createTopics, { version: 7 }, { topics, timeoutMs: 1 });
  expect(created.topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
    ['new', 0],
    ['other', TOPIC_AUTHORIZATION_FAILED],
  ]);
  expect(created.topics[0]).toMatchObject({ topicConfigErrorCode: TOPIC_AUTHORIZATION_FAILED, numPartitions: -1 });
});

test('committed offsets are deleted where the topic may be read', async () => {
  const under = ruled({ ...onA, operation: 'read' }, { resource: 'group', name: 'g', operation: 'delete' });
  under.cluster.groups.open('g');
  const topics = ['a', 'b'].map((name) => ({ name, partitions: [{ partitionIndex: 0 }] }));
  const answer = await under.call(messages.offsetDelete, { version: 0 }, { groupId: 'g', topics });
  expect(answer.topics.map(({ partitions }) => partitions[0]!.errorCode)).toEqual([0, TOPIC_AUTHORIZATION_FAILED]);
});

test('operations a client may do with groups and the cluster are told as bits', async () => {
  const under = ruled({ resource: 'group', name: 'g', operation: 'delete' }, { ...cluster, operation: 'alter' });
  const groups = await under.call(
    messages.describeGroups,
    { version: 3 },
    { groups: ['g'], includeAuthorizedOperations: true },
  );
  expect(groups.groups[0]!.authorizedOperations).toBe((1 << 6) | (1 << 8));
  const described = await under.call(
    messages.describeCluster,
    { version: 0 },
    { includeClusterAuthorizedOperations: true },
  );
  expect(described.clusterAuthorizedOperations).toBe((1 << 7) | (1 << 8));
});

test('rules are about the user that authenticated', async () => {
  const under = ruled({ ...onA, principal: 'User:alice', operation: 'describe' });
  const names = async (session?: Session) => {
    const sender = { version: 9, ...(session ? { session } : {}) };
    return (await under.call(messages.metadata, sender, { topics: null })).topics.map(({ name }) => name);
  };
  expect(await names()).toEqual([]);
  expect(await names(new Session({ name: 'TLS', protocol: 'SSL' }, { principal: 'User:alice' }))).toEqual(['a']);
});
