import { encodeBatch, messages } from '@eventstream/kafka-protocol';
import type { Scene } from '../scene.ts';
import { type Script, type Step, step } from '../script.ts';
import { readyTopic } from './ready.ts';

const { deleteRecords, describeProducers, fetch, initProducerId, listOffsets, offsetForLeaderEpoch, produce } =
  messages;

const firstTime = 1_600_000_000_000n;

type BatchWish = { readonly producerId?: bigint; readonly producerEpoch?: number; readonly baseSequence?: number };

function batch(values: readonly string[], wish: BatchWish = {}): Uint8Array {
  const records = values.map((value, at) => ({ key: null, value, timestamp: firstTime + BigInt(at) }));
  return encodeBatch({ records, ...wish });
}

/** A batch of which one byte is another. */
function spoilt(at: number): Uint8Array {
  const bytes = Buffer.from(batch(['spoilt']));
  bytes[at] = (bytes[at] as number) ^ 0x55;
  return bytes;
}

function produceTo(
  scene: Scene,
  records: Uint8Array | null,
  more: { topic?: string; index?: number; acks?: number } = {},
) {
  const { topic = 'log', index = 0, acks = -1 } = more;
  const topicId = scene.uuid(topic);
  return { acks, timeoutMs: 2000, topicData: [{ name: topic, topicId, partitionData: [{ index, records }] }] };
}

const produces: readonly Step[] = [
  step(produce, 'one batch', (scene) => produceTo(scene, batch(['one', 'two']))),
  step(produce, 'one batch, acks=1', (scene) => produceTo(scene, batch(['three']), { acks: 1 })),
  step(produce, 'one batch, acks=0', (scene) => produceTo(scene, batch(['four']), { acks: 0 }), { answer: 'none' }),
  step(produce, 'acks=2', (scene) => produceTo(scene, batch(['x']), { acks: 2 })),
  // Kafka does not answer this one at all.
  step(produce, 'no records', (scene) => produceTo(scene, null), { versions: 9 }),
  step(produce, 'no bytes', (scene) => produceTo(scene, new Uint8Array(0))),
  step(produce, 'nothing at all', { acks: -1, timeoutMs: 1000, topicData: [] }),
  step(produce, 'a topic without partitions', (scene) => ({
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 'log', topicId: scene.uuid('log'), partitionData: [] }],
  })),
  step(produce, 'an unknown topic', (scene) => produceTo(scene, batch(['x']), { topic: 'nobody' })),
  step(produce, 'an unknown partition', (scene) => produceTo(scene, batch(['x']), { index: 9 })),
  step(produce, 'a wrong checksum', (scene) => produceTo(scene, spoilt(70))),
  step(produce, 'a wrong magic', (scene) => produceTo(scene, spoilt(16))),
  step(produce, 'a wrong length', (scene) => produceTo(scene, spoilt(11))),
  step(produce, 'a batch cut off', (scene) => produceTo(scene, batch(['cut']).subarray(0, 40))),
  step(produce, 'two batches', (scene) => produceTo(scene, Buffer.concat([batch(['a']), batch(['b'])]))),
  step(produce, 'more than max.message.bytes', (scene) =>
    produceTo(scene, batch(['x'.repeat(5000)]), { topic: 'small' }),
  ),
  step(produce, 'no key on a compacted topic', (scene) => produceTo(scene, batch(['x']), { topic: 'compacted' })),
  step(produce, 'a time too far away', (scene) => produceTo(scene, batch(['late']), { topic: 'appended' })),
];

function fetchFrom(scene: Scene, fetchOffset: bigint, more: Readonly<Record<string, unknown>> = {}, topic = 'log') {
  const { maxBytes, isolationLevel = 0, ...place } = more as { maxBytes?: number; isolationLevel?: number };
  const partition = { partition: 0, fetchOffset, partitionMaxBytes: 100_000, ...place };
  const topics = [{ topic, topicId: scene.uuid(topic), partitions: [partition] }];
  return { maxWaitMs: 0, minBytes: 0, maxBytes: maxBytes ?? 1_000_000, isolationLevel, topics, sessionEpoch: -1 };
}

const fetches: readonly Step[] = [
  step(fetch, 'from the start, little', (scene) => fetchFrom(scene, 0n, { partitionMaxBytes: 200 })),
  step(fetch, 'less than one batch', (scene) => fetchFrom(scene, 0n, { partitionMaxBytes: 1 })),
  step(fetch, 'no bytes', (scene) => fetchFrom(scene, 0n, { partitionMaxBytes: 0, maxBytes: 0 })),
  step(fetch, 'from the middle of a batch', (scene) => fetchFrom(scene, 1n, { partitionMaxBytes: 200 })),
  step(fetch, 'committed records', (scene) => fetchFrom(scene, 0n, { isolationLevel: 1, partitionMaxBytes: 200 })),
  step(fetch, 'beyond the end', (scene) => fetchFrom(scene, 1_000_000n)),
  step(fetch, 'before the start', (scene) => fetchFrom(scene, -5n)),
  step(fetch, 'an unknown topic', (scene) => fetchFrom(scene, 0n, {}, 'nobody')),
  step(fetch, 'an unknown partition', (scene) => fetchFrom(scene, 0n, { partition: 7 })),
  step(fetch, 'an epoch of the future', (scene) => fetchFrom(scene, 0n, { currentLeaderEpoch: 7 }), {
    versions: [9, 18],
  }),
  step(fetch, 'the right epoch', (scene) => fetchFrom(scene, 0n, { currentLeaderEpoch: 0, partitionMaxBytes: 1 }), {
    versions: [9, 18],
  }),
  step(
    fetch,
    'an epoch it read up to',
    (scene) => fetchFrom(scene, 2n, { lastFetchedEpoch: 0, partitionMaxBytes: 1 }),
    {
      versions: [12, 18],
    },
  ),
  step(fetch, 'an epoch it cannot have read up to', (scene) => fetchFrom(scene, 2n, { lastFetchedEpoch: 3 }), {
    versions: [12, 18],
  }),
  step(fetch, 'in the name of a replica', (scene) => ({ ...fetchFrom(scene, 0n), replicaId: 5 }), {
    versions: [4, 14],
  }),
  step(fetch, 'a new session', (scene) => ({ ...fetchFrom(scene, 1_000n), sessionId: 0, sessionEpoch: 0 }), {
    versions: [7, 18],
    keep: ({ sessionId }, scene) => scene.keep(`session-${scene.version}`, sessionId),
  }),
  step(
    fetch,
    'nothing new in its session',
    (scene) => ({
      ...fetchFrom(scene, 0n),
      topics: [],
      sessionId: scene.number(`session-${scene.version}`),
      sessionEpoch: 1,
    }),
    { versions: [7, 18] },
  ),
  step(
    fetch,
    'a wrong epoch of its session',
    (scene) => ({
      ...fetchFrom(scene, 0n),
      topics: [],
      sessionId: scene.number(`session-${scene.version}`),
      sessionEpoch: 9,
    }),
    { versions: [7, 18] },
  ),
  step(fetch, 'a session nobody has', (scene) => ({ ...fetchFrom(scene, 0n), sessionId: 4711, sessionEpoch: 1 }), {
    versions: [7, 18],
  }),
];

function offsetsAt(timestamp: bigint, more: Readonly<Record<string, unknown>> = {}, name = 'steady') {
  return {
    replicaId: -1,
    isolationLevel: 0,
    topics: [{ name, partitions: [{ partitionIndex: 0, timestamp, ...more }] }],
  };
}

const times: Readonly<Record<string, bigint>> = {
  'the end': -1n,
  'the start': -2n,
  'the largest timestamp': -3n,
  'the local start': -4n,
  'the end of what lies elsewhere': -5n,
  'the start of what is not yet elsewhere': -6n,
  'a time of no meaning': -9n,
  'a time before all': 1n,
  'a time in the middle': firstTime + 1n,
  'a time after all': firstTime + 1_000_000n,
};

const searches: readonly Step[] = [
  ...Object.entries(times).map(([title, timestamp]) => step(listOffsets, title, offsetsAt(timestamp))),
  step(listOffsets, 'of an unknown topic', offsetsAt(-1n, {}, 'nobody')),
  step(listOffsets, 'of an unknown partition', offsetsAt(-1n, { partitionIndex: 5 })),
  step(listOffsets, 'in an epoch of the future', offsetsAt(-1n, { currentLeaderEpoch: 5 }), { versions: [4, 11] }),
  step(listOffsets, 'the same partition twice', {
    replicaId: -1,
    topics: [
      {
        name: 'steady',
        partitions: [
          { partitionIndex: 0, timestamp: -1n },
          { partitionIndex: 0, timestamp: -2n },
        ],
      },
    ],
  }),
];

function epochEnd(leaderEpoch: number, more: Readonly<Record<string, unknown>> = {}, topic = 'steady') {
  return { replicaId: -1, topics: [{ topic, partitions: [{ partition: 0, leaderEpoch, ...more }] }] };
}

const rest: readonly Step[] = [
  step(offsetForLeaderEpoch, 'the present epoch', epochEnd(0)),
  step(offsetForLeaderEpoch, 'an epoch of the future', epochEnd(4)),
  step(offsetForLeaderEpoch, 'no epoch', epochEnd(-1)),
  step(offsetForLeaderEpoch, 'believing in another epoch', epochEnd(0, { currentLeaderEpoch: 6 })),
  step(offsetForLeaderEpoch, 'an unknown topic', epochEnd(0, {}, 'nobody')),
  step(offsetForLeaderEpoch, 'an unknown partition', epochEnd(0, { partition: 8 })),
  ...[1n, -1n, 1_000n, -7n].map((offset) =>
    step(deleteRecords, `up to ${offset}`, {
      topics: [{ name: 'shrinking', partitions: [{ partitionIndex: 0, offset }] }],
      timeoutMs: 1000,
    }),
  ),
  step(deleteRecords, 'of an unknown topic', {
    topics: [{ name: 'nobody', partitions: [{ partitionIndex: 0, offset: 1n }] }],
    timeoutMs: 1000,
  }),
  step(deleteRecords, 'of a compacted topic', {
    topics: [{ name: 'compacted', partitions: [{ partitionIndex: 0, offset: 0n }] }],
    timeoutMs: 1000,
  }),
  step(fetch, 'from before the records that are left', (scene) => fetchFrom(scene, 0n, {}, 'shrinking')),
];

const idempotent = (title: string, sequence: number, epoch = 0) =>
  step(
    produce,
    title,
    (scene) =>
      produceTo(
        scene,
        batch(['i'], { producerId: scene.long('producer'), producerEpoch: epoch, baseSequence: sequence }),
        { topic: 'counted' },
      ),
    { versions: 9 },
  );

const idempotence: readonly Step[] = [
  step(
    initProducerId,
    'an idempotent producer',
    { transactionalId: null, transactionTimeoutMs: 60_000 },
    { keep: ({ producerId }, scene) => scene.keep('producer', producerId) },
  ),
  idempotent('the first batch', 0),
  idempotent('the next batch', 1),
  idempotent('the same batch again', 1),
  idempotent('a batch too far', 5),
  idempotent('a batch of the next epoch that does not begin at 0', 3, 1),
  idempotent('a batch of the next epoch', 0, 1),
  idempotent('a batch of the epoch before', 2, 0),
  ...[2, 3, 4, 5, 6, 7].map((sequence) => idempotent(`batch ${sequence}`, sequence - 1, 1)),
  idempotent('a batch six ago', 0, 1),
  step(describeProducers, 'who writes', { topics: [{ name: 'counted', partitionIndexes: [0, 3] }] }),
  step(describeProducers, 'who writes to nothing', { topics: [{ name: 'nobody', partitionIndexes: [0] }] }),
];

/** The log: what goes in, what comes out, and where. */
export const produceFetchScript: Script = {
  area: 'produce-fetch',
  steps: [
    ...readyTopic('log'),
    ...readyTopic('steady'),
    ...readyTopic('shrinking'),
    ...readyTopic('counted'),
    ...readyTopic('small', 1, { 'max.message.bytes': '1000' }),
    ...readyTopic('compacted', 1, { 'cleanup.policy': 'compact' }),
    ...readyTopic('appended', 1, { 'message.timestamp.type': 'LogAppendTime' }),
    step(produce, 'something to find', (scene) => produceTo(scene, batch(['a', 'b', 'c']), { topic: 'steady' }), {
      versions: 9,
    }),
    step(produce, 'something to delete', (scene) => produceTo(scene, batch(['a', 'b', 'c']), { topic: 'shrinking' }), {
      versions: 9,
    }),
    ...produces,
    ...fetches,
    ...searches,
    ...idempotence,
    ...rest,
  ],
};
