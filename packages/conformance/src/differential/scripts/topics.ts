import { messages } from '@eventstream/kafka-protocol';
import type { Scene } from '../scene.ts';
import { type Script, type Step, step } from '../script.ts';
import { readyTopic } from './ready.ts';

const {
  alterPartitionReassignments,
  alterReplicaLogDirs,
  createPartitions,
  createTopics,
  deleteTopics,
  describeLogDirs,
  electLeaders,
  listPartitionReassignments,
} = messages;

type Wish = Readonly<Record<string, unknown>>;

const creating =
  (name: string, wish: Wish = {}, more: Wish = {}) =>
  (scene: Scene) => ({
    topics: [
      {
        name: name.replace('#', String(scene.version)),
        numPartitions: 1,
        replicationFactor: 1,
        assignments: [],
        configs: [],
        ...wish,
      },
    ],
    timeoutMs: 5000,
    ...more,
  });

const assignment = (...lists: readonly (readonly number[])[]) => ({
  numPartitions: -1,
  replicationFactor: -1,
  assignments: lists.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
});

const creations: readonly Step[] = [
  step(createTopics, 'a topic', creating('made-#', { numPartitions: 2 })),
  step(createTopics, 'a topic that is there', creating('made-#')),
  step(createTopics, 'a topic with defaults', creating('defaults-#', { numPartitions: -1, replicationFactor: -1 }), {
    versions: [4, 7],
  }),
  step(createTopics, 'only to see whether it could be', creating('dry-#', {}, { validateOnly: true })),
  step(createTopics, 'with configs', creating('configured-#', { configs: [{ name: 'retention.ms', value: '1000' }] })),
  step(
    createTopics,
    'with a config nobody knows',
    creating('odd-#', { configs: [{ name: 'no.such.config', value: '1' }] }),
  ),
  step(
    createTopics,
    'with a config of no sense',
    creating('odd-#', { configs: [{ name: 'retention.ms', value: 'long' }] }),
  ),
  step(createTopics, 'with a config of null', creating('odd-#', { configs: [{ name: 'retention.ms', value: null }] })),
  step(createTopics, 'without a name', creating('')),
  step(createTopics, 'with a slash in its name', creating('a/b')),
  step(createTopics, 'with too long a name', creating('x'.repeat(250))),
  step(createTopics, 'called ..', creating('..')),
  step(createTopics, 'that collides but for a dot', creating('made_#')),
  step(createTopics, 'of no partitions', creating('none-#', { numPartitions: 0 })),
  step(createTopics, 'of minus two partitions', creating('none-#', { numPartitions: -2 })),
  step(createTopics, 'with two replicas', creating('two-#', { replicationFactor: 2 })),
  step(createTopics, 'with no replica', creating('zero-#', { replicationFactor: 0 })),
  step(createTopics, 'placed by hand', creating('placed-#', assignment([1], [1]))),
  step(createTopics, 'placed on a node that is not there', creating('placed-wrong-#', assignment([9]))),
  step(createTopics, 'placed on nothing', creating('placed-wrong-#', assignment([]))),
  step(createTopics, 'placed twice on one node', creating('placed-wrong-#', assignment([1, 1]))),
  step(createTopics, 'placed and counted', creating('placed-wrong-#', { ...assignment([1]), numPartitions: 1 })),
  step(
    createTopics,
    'placed with a gap',
    creating('placed-wrong-#', {
      ...assignment(),
      assignments: [{ partitionIndex: 1, brokerIds: [1] }],
    }),
  ),
  step(createTopics, 'none', { topics: [], timeoutMs: 1000 }),
  step(createTopics, 'one of two', (scene) => ({
    topics: [...creating('pair-#')(scene).topics, ...creating('bad/name')(scene).topics],
    timeoutMs: 5000,
  })),
  step(createTopics, 'the same twice', (scene) => ({
    topics: [...creating('twin-#')(scene).topics, ...creating('twin-#')(scene).topics],
    timeoutMs: 5000,
  })),
];

const growing =
  (name: string, count: number, more: Wish = {}) =>
  (scene: Scene) => ({
    topics: [{ name: name.replace('#', String(scene.version)), count, assignments: null, ...more }],
    timeoutMs: 5000,
    validateOnly: false,
  });

const growths: readonly Step[] = [
  step(createPartitions, 'more', (scene) => growing('grown', 10 + scene.version)(scene)),
  step(createPartitions, 'as many', (scene) => growing('grown', 10 + scene.version)(scene)),
  step(createPartitions, 'fewer', growing('grown', 1)),
  step(createPartitions, 'minus one', growing('grown', -1)),
  step(createPartitions, 'of an unknown topic', growing('nobody', 3)),
  step(createPartitions, 'of a topic without a name', growing('', 3)),
  step(createPartitions, 'only to see', (scene) => ({ ...growing('grown', 40)(scene), validateOnly: true })),
  step(
    createPartitions,
    'placed on a node that is not there',
    growing('still', 2, { assignments: [{ brokerIds: [9] }] }),
  ),
  step(createPartitions, 'placed too little', growing('still', 4, { assignments: [{ brokerIds: [1] }] })),
  step(createPartitions, 'the same topic twice', (scene) => ({
    ...growing('still', 2)(scene),
    topics: [...growing('still', 2)(scene).topics, ...growing('still', 3)(scene).topics],
  })),
  step(createPartitions, 'none', { topics: [], timeoutMs: 1000, validateOnly: false }),
];

const named = (...names: readonly string[]) => ({
  topics: names.map((name) => ({ name, topicId: '00000000-0000-0000-0000-000000000000' })),
  topicNames: names,
  timeoutMs: 5000,
});

const deletions: readonly Step[] = [
  step(deleteTopics, 'one', (scene) => named(`made-${scene.version}`), { versions: [2, 6] }),
  step(deleteTopics, 'an unknown one', named('nobody')),
  step(deleteTopics, 'one without a name', named('')),
  step(deleteTopics, 'none', named()),
  step(deleteTopics, 'an unknown one twice', named('nobody', 'nobody')),
  step(
    deleteTopics,
    'by an id nobody knows',
    (scene) => ({ topics: [{ name: null, topicId: scene.uuid('nobody') }], timeoutMs: 5000 }),
    { versions: 6 },
  ),
  step(
    deleteTopics,
    'by its id',
    (scene) => ({ topics: [{ name: null, topicId: scene.uuid('gone') }], timeoutMs: 5000 }),
    {
      versions: 6,
    },
  ),
];

const partitionOf = (topic: string, partitions: readonly number[] = [0]) => ({
  topicPartitions: [{ topic, partitions }],
  timeoutMs: 2000,
});

const moving = (name: string, replicas: readonly number[] | null, partitionIndex = 0) => ({
  timeoutMs: 2000,
  topics: [{ name, partitions: [{ partitionIndex, replicas }] }],
});

const placements: readonly Step[] = [
  step(electLeaders, 'the preferred one, which leads', { electionType: 0, ...partitionOf('still') }),
  step(electLeaders, 'an unclean one', { electionType: 1, ...partitionOf('still') }, { versions: [1, 2] }),
  step(electLeaders, 'of an unknown topic', { electionType: 0, ...partitionOf('nobody') }),
  step(electLeaders, 'of an unknown partition', { electionType: 0, ...partitionOf('still', [50]) }),
  step(electLeaders, 'of no kind', { electionType: 9, ...partitionOf('still') }, { versions: [1, 2] }),
  step(electLeaders, 'of nothing', { electionType: 0, topicPartitions: [], timeoutMs: 1000 }),
  step(alterPartitionReassignments, 'to where it is', moving('still', [1])),
  step(alterPartitionReassignments, 'to a node that is not there', moving('still', [9])),
  step(alterPartitionReassignments, 'to nothing', moving('still', [])),
  step(alterPartitionReassignments, 'twice to one node', moving('still', [1, 1])),
  step(alterPartitionReassignments, 'cancelled, though there is none', moving('still', null)),
  step(alterPartitionReassignments, 'of an unknown topic', moving('nobody', [1])),
  step(alterPartitionReassignments, 'of an unknown partition', moving('still', [1], 50)),
  step(alterPartitionReassignments, 'of nothing', { timeoutMs: 1000, topics: [] }),
  step(listPartitionReassignments, 'all', { timeoutMs: 1000, topics: null }),
  step(listPartitionReassignments, 'of one', { timeoutMs: 1000, topics: [{ name: 'still', partitionIndexes: [0] }] }),
  step(listPartitionReassignments, 'of an unknown one', {
    timeoutMs: 1000,
    topics: [{ name: 'nobody', partitionIndexes: [0] }],
  }),
  step(describeLogDirs, 'of one topic', { topics: [{ topic: 'still', partitions: [0] }] }),
  step(describeLogDirs, 'of an unknown one', { topics: [{ topic: 'nobody', partitions: [0] }] }),
  step(describeLogDirs, 'of none', { topics: [] }),
  step(alterReplicaLogDirs, 'to a directory that is not there', {
    dirs: [{ path: '/nowhere', topics: [{ name: 'still', partitions: [0] }] }],
  }),
  step(alterReplicaLogDirs, 'nothing', { dirs: [] }),
];

/** Topics made, grown, moved and deleted. */
export const topicsScript: Script = {
  area: 'topics',
  steps: [
    ...readyTopic('still'),
    ...readyTopic('grown', 2),
    ...readyTopic('gone'),
    ...creations,
    ...growths,
    ...placements,
    ...deletions,
  ],
};
