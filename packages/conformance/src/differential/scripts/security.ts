import { messages } from '@eventstream/kafka-protocol';
import { type Script, type Step, step } from '../script.ts';
import { readyTopic } from './ready.ts';

const {
  alterClientQuotas,
  alterUserScramCredentials,
  createAcls,
  createTopics,
  deleteAcls,
  deleteTopics,
  describeAcls,
  describeClientQuotas,
  describeCluster,
  describeConfigs,
  describeGroups,
  describeUserScramCredentials,
  fetch,
  findCoordinator,
  initProducerId,
  joinGroup,
  listGroups,
  listOffsets,
  metadata,
  offsetFetch,
  saslAuthenticate,
  saslHandshake,
} = messages;

const [ANY, TOPIC, GROUP] = [1, 2, 3];
const [MATCH, LITERAL, PREFIXED] = [2, 3, 4];
const [READ, WRITE] = [3, 4];
const ALLOW = 3;

type Wish = Readonly<Record<string, unknown>>;

const rule = (more: Wish = {}) => ({
  resourceType: TOPIC,
  resourceName: 'secret',
  resourcePatternType: LITERAL,
  principal: 'User:bob',
  host: '*',
  operation: READ,
  permissionType: ALLOW,
  ...more,
});

const filter = (more: Wish = {}) => ({
  resourceTypeFilter: TOPIC,
  resourceNameFilter: 'secret',
  patternTypeFilter: LITERAL,
  principalFilter: null,
  hostFilter: null,
  operation: ANY,
  permissionType: ANY,
  ...more,
});

const rules: readonly Step[] = [
  step(createAcls, 'a rule', { creations: [rule()] }),
  step(createAcls, 'two rules', {
    creations: [rule({ operation: WRITE }), rule({ resourceType: GROUP, resourceName: 'team' })],
  }),
  step(createAcls, 'a prefixed rule', { creations: [rule({ resourceName: 'se', resourcePatternType: PREFIXED })] }),
  step(createAcls, 'for somebody without a kind', { creations: [rule({ principal: 'bob' })] }),
  step(createAcls, 'for a resource without a name', { creations: [rule({ resourceName: '' })] }),
  step(createAcls, 'for a cluster of another name', { creations: [rule({ resourceType: 4, resourceName: 'other' })] }),
  step(createAcls, 'none', { creations: [] }),
  step(describeAcls, 'of a topic', filter()),
  step(describeAcls, 'that match a topic', filter({ patternTypeFilter: MATCH })),
  step(
    describeAcls,
    'of a user',
    filter({ resourceNameFilter: null, principalFilter: 'User:bob', patternTypeFilter: ANY }),
  ),
  step(describeAcls, 'of nobody', filter({ principalFilter: 'User:nobody' })),
  step(describeAcls, 'all', filter({ resourceTypeFilter: ANY, resourceNameFilter: null, patternTypeFilter: ANY })),
  step(deleteAcls, 'of nobody', { filters: [filter({ principalFilter: 'User:nobody' })] }),
  step(deleteAcls, 'none', { filters: [] }),
  step(deleteAcls, 'one of many', { filters: [filter({ operation: WRITE })] }, { versions: 2 }),
];

const quota = (
  key: string,
  value: number,
  more: Wish = {},
  entityName: string | null = 'bob',
  entityType = 'user',
) => ({
  entries: [{ entity: [{ entityType, entityName }], ops: [{ key, value, remove: false, ...more }] }],
  validateOnly: false,
});

const quotas: readonly Step[] = [
  step(alterClientQuotas, 'a byte rate', quota('producer_byte_rate', 1e9)),
  step(alterClientQuotas, 'for all others', quota('consumer_byte_rate', 1e9, {}, null)),
  step(alterClientQuotas, 'of a kind nobody knows', quota('no_such_quota', 1)),
  step(alterClientQuotas, 'of nothing', quota('producer_byte_rate', 0)),
  step(alterClientQuotas, 'below nothing', quota('producer_byte_rate', -5)),
  step(alterClientQuotas, 'half a byte', quota('producer_byte_rate', 0.5)),
  step(alterClientQuotas, 'for an entity of no kind', quota('producer_byte_rate', 1, {}, 'x', 'planet')),
  step(
    alterClientQuotas,
    'for an address that is none',
    quota('connection_creation_rate', 1, {}, 'nowhere at all', 'ip'),
  ),
  step(alterClientQuotas, 'taken back', quota('producer_byte_rate', 0, { remove: true })),
  step(alterClientQuotas, 'taken back though there is none', quota('request_percentage', 0, { remove: true })),
  step(alterClientQuotas, 'none', { entries: [], validateOnly: false }),
  step(describeClientQuotas, 'all', { components: [], strict: false }),
  step(describeClientQuotas, 'of users', {
    components: [{ entityType: 'user', matchType: 2, match: null }],
    strict: true,
  }),
  step(describeClientQuotas, 'of one user', {
    components: [{ entityType: 'user', matchType: 0, match: 'bob' }],
    strict: false,
  }),
  step(describeClientQuotas, 'of all other users', {
    components: [{ entityType: 'user', matchType: 1, match: null }],
    strict: false,
  }),
  step(describeClientQuotas, 'of no kind', {
    components: [{ entityType: 'planet', matchType: 2, match: null }],
    strict: false,
  }),
  step(describeClientQuotas, 'of a kind twice', {
    components: [
      { entityType: 'user', matchType: 2, match: null },
      { entityType: 'user', matchType: 2, match: null },
    ],
    strict: false,
  }),
  step(describeClientQuotas, 'matched in no way', {
    components: [{ entityType: 'user', matchType: 7, match: 'bob' }],
    strict: false,
  }),
];

const upsert = (more: Wish = {}) => ({
  deletions: [],
  upsertions: [
    {
      name: 'carol',
      mechanism: 1,
      iterations: 4096,
      salt: Buffer.from('salt'),
      saltedPassword: Buffer.alloc(32, 1),
      ...more,
    },
  ],
});

const scram: readonly Step[] = [
  step(describeUserScramCredentials, 'all', { users: null }),
  step(describeUserScramCredentials, 'of somebody unknown', { users: [{ name: 'nobody' }] }),
  step(alterUserScramCredentials, 'a password', upsert()),
  step(alterUserScramCredentials, 'too few iterations', upsert({ iterations: 10 })),
  step(alterUserScramCredentials, 'too many iterations', upsert({ iterations: 20_000 })),
  step(alterUserScramCredentials, 'by no mechanism', upsert({ mechanism: 9 })),
  step(alterUserScramCredentials, 'of nobody', upsert({ name: '' })),
  step(alterUserScramCredentials, 'deleted though there is none', {
    deletions: [{ name: 'nobody', mechanism: 1 }],
    upsertions: [],
  }),
  step(alterUserScramCredentials, 'of one twice', {
    deletions: [{ name: 'carol', mechanism: 1 }],
    upsertions: upsert().upsertions,
  }),
  step(alterUserScramCredentials, 'none', { deletions: [], upsertions: [] }),
  step(
    describeUserScramCredentials,
    'of one',
    { users: [{ name: 'carol' }] },
    {
      until: ({ results }) => results[0]?.errorCode === 0,
    },
  ),
  step(describeUserScramCredentials, 'of one twice', { users: [{ name: 'carol' }, { name: 'carol' }] }),
];

/** What alice, who may do nothing, is told. */
const refused: readonly Step[] = [
  step(metadata, 'of all topics, refused', { topics: null, allowAutoTopicCreation: false }, { versions: [1, 13] }),
  step(metadata, 'of one topic, refused', { topics: [{ name: 'secret' }], allowAutoTopicCreation: false }),
  step(fetch, 'refused', (scene) => ({
    maxWaitMs: 0,
    minBytes: 0,
    sessionEpoch: -1,
    topics: [
      {
        topic: 'secret',
        topicId: scene.uuid('secret'),
        partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100 }],
      },
    ],
  })),
  step(listOffsets, 'refused', {
    replicaId: -1,
    topics: [{ name: 'secret', partitions: [{ partitionIndex: 0, timestamp: -1n }] }],
  }),
  step(findCoordinator, 'refused', { key: 'team', keyType: 0, coordinatorKeys: ['team'] }),
  step(
    offsetFetch,
    'refused',
    {
      groupId: 'team',
      topics: [{ name: 'secret', partitionIndexes: [0] }],
      groups: [{ groupId: 'team', topics: null }],
    },
    { versions: [8, 10] },
  ),
  step(joinGroup, 'refused', {
    groupId: 'team',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  }),
  step(describeGroups, 'refused', { groups: ['team'] }),
  step(listGroups, 'refused', { statesFilter: [], typesFilter: [] }),
  step(createTopics, 'refused', {
    topics: [{ name: 'mine', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1000,
  }),
  step(deleteTopics, 'refused', {
    topics: [{ name: 'secret', topicId: '00000000-0000-0000-0000-000000000000' }],
    topicNames: ['secret'],
    timeoutMs: 1000,
  }),
  step(initProducerId, 'refused', { transactionalId: 'mine', transactionTimeoutMs: 1000 }),
  step(initProducerId, 'of an idempotent producer, refused', { transactionalId: null, transactionTimeoutMs: 1000 }),
  step(describeConfigs, 'refused', {
    resources: [{ resourceType: TOPIC, resourceName: 'secret', configurationKeys: null }],
  }),
  step(describeAcls, 'refused', filter()),
  step(createAcls, 'refused', { creations: [rule()] }),
  step(describeClientQuotas, 'refused', { components: [], strict: false }),
  step(describeCluster, 'refused', { includeClusterAuthorizedOperations: true }),
].map((refusal) => ({ ...refusal, on: 'alice@1' }));

const authentication: readonly Step[] = [
  step(saslHandshake, 'no such mechanism', { mechanism: 'ROT13' }, { on: '@handshake' }),
  step(saslHandshake, 'on a listener without SASL', { mechanism: 'PLAIN' }),
  step(saslAuthenticate, 'on a listener without SASL', { authBytes: Buffer.from('x') }),
  step(saslAuthenticate, 'before the handshake', { authBytes: Buffer.from('x') }, { on: '@early' }),
  step(metadata, 'before authenticating', { topics: [] }, { on: '@unknown', versions: [1, 13] }),
];

/** Who may do what, and how much of it. */
export const securityScript: Script = {
  area: 'security',
  steps: [...readyTopic('secret'), ...rules, ...quotas, ...scram, ...authentication, ...refused],
};
