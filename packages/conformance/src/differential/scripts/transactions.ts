import { encodeBatch, messages } from '@eventstream/kafka-protocol';
import type { Scene } from '../scene.ts';
import { inEveryVersion, type Script, type Step, step } from '../script.ts';
import { readyTopic } from './ready.ts';

const {
  addOffsetsToTxn,
  addPartitionsToTxn,
  describeTransactions,
  endTxn,
  fetch,
  initProducerId,
  listTransactions,
  produce,
  txnOffsetCommit,
  writeTxnMarkers,
} = messages;

/** Markers bear the present time; records of long ago beside them would make a real broker begin a segment each. */
const now = BigInt(Date.now());

/** Who speaks for a transactional id: the producer it was given to, or one that differs in one respect. */
type Voice = { readonly epochs?: number; readonly id?: bigint };

function speaker(id: string, voice: Voice = {}) {
  return (scene: Scene) => ({
    transactionalId: id,
    producerId: voice.id ?? scene.long(`${id}-producer`),
    producerEpoch: scene.number(`${id}-epoch`) + (voice.epochs ?? 0),
  });
}

const register = (id: string, title: string, versions: number | readonly [number, number]) =>
  step(
    initProducerId,
    title,
    { transactionalId: id, transactionTimeoutMs: 60_000, producerId: -1n, producerEpoch: -1 },
    {
      versions,
      keep({ producerId, producerEpoch }, scene) {
        scene.keep(`${id}-producer`, producerId);
        scene.keep(`${id}-epoch`, producerEpoch);
      },
    },
  );

const adding = (id: string, topic: string, voice?: Voice) => (scene: Scene) => {
  const { transactionalId, producerId, producerEpoch } = speaker(id, voice)(scene);
  const topics = [{ name: topic, partitions: [0] }];
  return {
    v3AndBelowTransactionalId: transactionalId,
    v3AndBelowProducerId: producerId,
    v3AndBelowProducerEpoch: producerEpoch,
    v3AndBelowTopics: topics,
    transactions: [{ transactionalId, producerId, producerEpoch, verifyOnly: false, topics }],
  };
};

const writing = (id: string, baseSequence: number, voice?: Voice) => (scene: Scene) => {
  const { transactionalId, producerId, producerEpoch } = speaker(id, voice)(scene);
  const records = encodeBatch({
    records: [{ key: null, value: 'in a transaction', timestamp: now }],
    producerId,
    producerEpoch,
    baseSequence,
    isTransactional: true,
  });
  const topicData = [{ name: 'ledger', topicId: scene.uuid('ledger'), partitionData: [{ index: 0, records }] }];
  return { transactionalId, acks: -1, timeoutMs: 2000, topicData };
};

const committing = (id: string, groupId: string, voice?: Voice) => (scene: Scene) => ({
  ...speaker(id, voice)(scene),
  groupId,
  generationId: -1,
  memberId: '',
  topics: [{ name: 'ledger', partitions: [{ partitionIndex: 0, committedOffset: 3n, committedMetadata: 'note' }] }],
});

const ending = (id: string, committed: boolean, voice?: Voice) => (scene: Scene) => ({
  ...speaker(id, voice)(scene),
  committed,
});

/** A transaction as Kafka 3 has them, the versions of all APIs following that of AddPartitionsToTxn. */
function transaction(version: number): readonly Step[] {
  if (version > 3) return [];
  const id = `v${version}`;
  const at = (highest: number) => ({ versions: Math.min(version, highest) });
  return [
    register(id, 'takes the transactional id', at(4).versions),
    step(endTxn, 'commits nothing', ending(id, true), at(3)),
    step(addPartitionsToTxn, 'a partition', adding(id, 'ledger'), at(3)),
    step(addPartitionsToTxn, 'the partition again', adding(id, 'ledger'), at(3)),
    step(addPartitionsToTxn, 'an unknown topic', adding(id, 'nobody'), at(3)),
    step(addPartitionsToTxn, 'in an epoch too high', adding(id, 'ledger', { epochs: 1 }), at(3)),
    step(addPartitionsToTxn, 'as somebody else', adding(id, 'ledger', { id: 99n }), at(3)),
    step(produce, 'writes', writing(id, 0), { versions: 9 }),
    step(describeTransactions, 'an open one', { transactionalIds: [id] }),
    step(addOffsetsToTxn, 'a group', (scene) => ({ ...speaker(id)(scene), groupId: `group-${id}` }), at(3)),
    step(txnOffsetCommit, 'offsets', committing(id, `group-${id}`), at(3)),
    step(endTxn, 'in an epoch too high', ending(id, true, { epochs: 2 }), at(3)),
    step(endTxn, 'commits', ending(id, true), at(3)),
    step(endTxn, 'commits again', ending(id, true), at(3)),
    step(endTxn, 'aborts what was committed', ending(id, false), at(3)),
    step(describeTransactions, 'one that is over', { transactionalIds: [id] }),
    register(id, 'is taken over', at(4).versions),
    step(addPartitionsToTxn, 'by a producer of before', adding(id, 'ledger', { epochs: -1 }), at(3)),
    step(endTxn, 'by a producer of before', ending(id, true, { epochs: -1 }), at(3)),
  ];
}

const wrong: readonly Step[] = [
  step(initProducerId, 'no transactional id', { transactionalId: null, transactionTimeoutMs: 1000 }),
  step(initProducerId, 'an empty transactional id', { transactionalId: '', transactionTimeoutMs: 1000 }),
  step(initProducerId, 'a timeout too long', { transactionalId: 'slow', transactionTimeoutMs: 2_000_000_000 }),
  step(initProducerId, 'a timeout of nothing', { transactionalId: 'slow', transactionTimeoutMs: 0 }),
  step(
    initProducerId,
    'as a producer nobody knows',
    { transactionalId: 'unheard-of', transactionTimeoutMs: 1000, producerId: 7n, producerEpoch: 3 },
    { versions: [3, 5] },
  ),
  step(
    initProducerId,
    'with half an identity',
    { transactionalId: 'half', transactionTimeoutMs: 1000, producerId: 7n, producerEpoch: -1 },
    { versions: [3, 5] },
  ),
  step(endTxn, 'of nobody', { transactionalId: 'nobody', producerId: 1n, producerEpoch: 0, committed: true }),
  step(endTxn, 'without a transactional id', {
    transactionalId: '',
    producerId: 1n,
    producerEpoch: 0,
    committed: true,
  }),
  step(addOffsetsToTxn, 'of nobody', { transactionalId: 'nobody', producerId: 1n, producerEpoch: 0, groupId: 'g' }),
  step(addOffsetsToTxn, 'without a transactional id', {
    transactionalId: '',
    producerId: 1n,
    producerEpoch: 0,
    groupId: 'g',
  }),
  step(txnOffsetCommit, 'in a group without a name', {
    transactionalId: 'nobody',
    producerId: 1n,
    producerEpoch: 0,
    groupId: '',
    generationId: -1,
    memberId: '',
    topics: [{ name: 'ledger', partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: null }] }],
  }),
  step(describeTransactions, 'one nobody knows', { transactionalIds: ['nobody'] }),
  step(describeTransactions, 'one without a name', { transactionalIds: [''] }),
  step(describeTransactions, 'none', { transactionalIds: [] }),
  step(listTransactions, 'all', { stateFilters: [], producerIdFilters: [] }),
  step(listTransactions, 'in no state', { stateFilters: ['Nothing'], producerIdFilters: [] }),
  step(listTransactions, 'that are open', { stateFilters: ['Ongoing'], producerIdFilters: [] }),
  step(listTransactions, 'of a producer nobody is', { stateFilters: [], producerIdFilters: [4711n] }),
  step(
    listTransactions,
    'open for an hour',
    { stateFilters: [], producerIdFilters: [], durationFilter: 3_600_000n },
    { versions: [1, 2] },
  ),
  step(
    listTransactions,
    'of a pattern',
    { stateFilters: [], producerIdFilters: [], transactionalIdPattern: 'v[01]' },
    { versions: 2 },
  ),
  step(
    listTransactions,
    'of a pattern that is none',
    { stateFilters: [], producerIdFilters: [], transactionalIdPattern: '(' },
    { versions: 2 },
  ),
  step(writeTxnMarkers, 'none', { markers: [] }),
];

const aborted: readonly Step[] = [
  register('loser', 'takes the transactional id that loses', 4),
  step(addPartitionsToTxn, 'a partition to be aborted', adding('loser', 'ledger'), { versions: 3 }),
  step(produce, 'writes in vain', writing('loser', 0), { versions: 9 }),
  ...[0, 1].map((isolationLevel) =>
    step(fetch, `before the end, isolation ${isolationLevel}`, (scene: Scene) => reading(scene, isolationLevel), {
      versions: 12,
    }),
  ),
  step(endTxn, 'aborts', ending('loser', false), { versions: 3 }),
  ...[0, 1].map((isolationLevel) =>
    step(fetch, `after the end, isolation ${isolationLevel}`, (scene: Scene) => reading(scene, isolationLevel), {
      versions: 12,
      // Markers are written after the answer to EndTxn.
      until: ({ responses }) => {
        const partition = responses[0]?.partitions[0];
        return partition?.lastStableOffset === partition?.highWatermark;
      },
    }),
  ),
];

function reading(scene: Scene, isolationLevel: number) {
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100_000 }];
  const topics = [{ topic: 'ledger', topicId: scene.uuid('ledger'), partitions }];
  return { maxWaitMs: 0, minBytes: 0, isolationLevel, topics, sessionEpoch: -1 };
}

/** On its own, as Kafka 3 takes the offsets, and can then never end the transaction. */
const usurper: readonly Step[] = [
  register('usurped', 'takes the transactional id that is usurped', 4),
  step(addOffsetsToTxn, 'a group to usurp', (scene) => ({ ...speaker('usurped')(scene), groupId: 'usurped' }), {
    versions: 3,
  }),
  step(txnOffsetCommit, 'offsets in an epoch too high', committing('usurped', 'usurped', { epochs: 4 }), {
    versions: 3,
  }),
];

/** As since KIP-890: partitions are added by writing, and every transaction has an epoch of its own. */
const modern: readonly Step[] = [
  register('modern', 'takes a transactional id', 5),
  step(produce, 'writes without having added', writing('modern', 0), { versions: 12 }),
  step(txnOffsetCommit, 'offsets without having added', committing('modern', 'group-modern'), { versions: 5 }),
  step(endTxn, 'commits into the next epoch', ending('modern', true), {
    versions: 5,
    keep: ({ producerEpoch }, scene) => scene.keep('modern-epoch', producerEpoch),
  }),
  step(endTxn, 'commits in the epoch before, again', ending('modern', true, { epochs: -1 }), { versions: 5 }),
  step(endTxn, 'aborts nothing in the next epoch', ending('modern', false), {
    versions: 5,
    keep: ({ producerEpoch }, scene) => scene.keep('modern-epoch', producerEpoch),
  }),
  step(produce, 'writes in an epoch of before', writing('modern', 0, { epochs: -1 }), { versions: 12 }),
];

/** What is atomic, and who may say so. */
export const transactionsScript: Script = {
  area: 'transactions',
  steps: [
    ...readyTopic('ledger'),
    ...wrong,
    ...inEveryVersion(addPartitionsToTxn, transaction),
    ...aborted,
    ...modern,
    step(listTransactions, 'when there are some', { stateFilters: [], producerIdFilters: [] }),
    ...usurper,
  ],
};
