import { errorCodes, messages } from '@eventstream/kafka-protocol';
import type { Scene } from '../scene.ts';
import { inEveryVersion, type Script, type Step, step } from '../script.ts';
import { groupOf, JOIN, TOPIC } from './consumer-group-steps.ts';
import { readyCoordinator, readyTopic } from './ready.ts';

const { consumerGroupDescribe, consumerGroupHeartbeat, deleteGroups, offsetCommit, shareGroupHeartbeat } = messages;
const OTHER = 'letters';

const holding = (scene: Scene, topic: string, partitions: readonly number[]) => ({
  topicPartitions: [{ topicId: scene.uuid(topic), partitions }],
});

/** What one member reads changes, to nothing, to what does not exist, and back. */
function subscriptions(version: number): readonly Step[] {
  const { beat, goOn, join, describe, own } = groupOf('changing', version);
  return [
    join('reads one topic'),
    goOn('reads two topics', () => ({ subscribedTopicNames: [TOPIC, OTHER] })),
    goOn('holds both', (scene) => ({
      topicPartitions: [TOPIC, OTHER].map((topic) => ({ topicId: scene.uuid(topic), partitions: [0, 1] })),
    })),
    describe('a group of one that reads two topics'),
    goOn('reads the other topic alone', (scene) => ({
      subscribedTopicNames: [OTHER],
      topicPartitions: [TOPIC, OTHER].map((topic) => ({ topicId: scene.uuid(topic), partitions: [0, 1] })),
    })),
    describe('a group whose member has to give up a topic'),
    goOn('does not say what it holds'),
    goOn('gave it up', (scene) => holding(scene, OTHER, [0, 1])),
    describe('a group whose member gave up a topic'),
    goOn('the same topics twice', () => ({ subscribedTopicNames: [OTHER, OTHER] })),
    goOn('reads what is not there', (scene) => ({ ...holding(scene, OTHER, []), subscribedTopicNames: ['nowhere'] })),
    goOn('reads nothing', () => ({ subscribedTopicNames: [], topicPartitions: [] })),
    goOn('reads a topic of no name', () => ({ subscribedTopicNames: [''] })),
    describe('a group of one that reads nothing'),
    goOn('asks for the range assignor', () => ({ subscribedTopicNames: [TOPIC], serverAssignor: 'range' })),
    describe('a group of the range assignor'),
    beat('asks for an assignor nobody has', (scene) => ({ ...own(scene), serverAssignor: 'nobody' })),
    beat('asks for an assignor of no name', (scene) => ({ ...own(scene), serverAssignor: '' })),
    goOn('from another rack', () => ({ rackId: 'r2' })),
    beat('from a rack of no name', (scene) => ({ ...own(scene), rackId: '' })),
    beat('a timeout of nothing', (scene) => ({ ...own(scene), rebalanceTimeoutMs: 0 })),
    beat('a timeout of no meaning', (scene) => ({ ...own(scene), rebalanceTimeoutMs: -2 })),
    goOn('tells all of itself', () => ({
      rebalanceTimeoutMs: 60_000,
      subscribedTopicNames: [TOPIC],
      topicPartitions: [],
    })),
    beat('holds a topic nobody knows', (scene) => ({
      ...own(scene),
      topicPartitions: [{ topicId: '00000000-0000-0000-0000-000000000077', partitions: [0] }],
    })),
    beat('joins again without leaving', (scene) => ({
      ...own(scene),
      memberEpoch: 0,
      rebalanceTimeoutMs: 60_000,
      subscribedTopicNames: [TOPIC],
      topicPartitions: [],
    })),
    beat('the changing member leaves', (scene) => ({ ...own(scene), memberEpoch: -1 })),
  ];
}

/** A second member comes: the first has to give up a half before the other gets it. Who gets which half goes by their ids. */
function sharing(version: number): readonly Step[] {
  const one = groupOf('shared', version, 'one');
  const two = groupOf('shared', version, 'two');
  const commit = (title: string, memberEpoch: (scene: Scene) => number) =>
    step(
      offsetCommit,
      title,
      (scene) => ({
        groupId: one.groupId,
        memberId: one.own(scene).memberId,
        generationIdOrMemberEpoch: memberEpoch(scene),
        topics: [
          {
            name: TOPIC,
            topicId: scene.uuid(TOPIC),
            partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }],
          },
        ],
      }),
      { versions: [9, 10] },
    );
  return [
    one.join('the first of two', { serverAssignor: 'range', memberId: 'the-first' }),
    two.join('the second of two', { serverAssignor: 'range', memberId: 'the-second' }),
    one.describe('a group that has to share'),
    one.beat('the first says nothing of what it holds', (scene) => one.own(scene)),
    one.goOn('the first holds both', (scene) => holding(scene, TOPIC, [0, 1])),
    one.describe('a group whose first member has to give up a half'),
    commit('before it gave up a half', (scene) => one.own(scene).memberEpoch),
    two.goOn('the second still waits', () => ({ topicPartitions: [] })),
    one.goOn('the first gave up a half', (scene) => holding(scene, TOPIC, [0])),
    commit('in the epoch before', (scene) => one.own(scene).memberEpoch - 1),
    two.goOn('the second gets a half', () => ({ topicPartitions: [] })),
    two.goOn('the second holds a half', (scene) => holding(scene, TOPIC, [1])),
    one.describe('a group that shares'),
    two.beat('the second of a version of its past', (scene) => ({ ...two.own(scene), memberEpoch: 1 })),
    two.beat('the second leaves', (scene) => ({ ...two.own(scene), memberEpoch: -1 })),
    one.goOn('the first gets the rest', (scene) => holding(scene, TOPIC, [0])),
    one.goOn('the first holds all', (scene) => holding(scene, TOPIC, [0, 1])),
    one.describe('a group that is one again'),
    one.beat('the first leaves', (scene) => ({ ...one.own(scene), memberEpoch: -1 })),
    step(deleteGroups, 'a consumer group that is empty', { groupsNames: [one.groupId] }, { versions: 2 }),
    one.describe('a group that was deleted'),
    one.beat('a member of a deleted group', (scene) => one.own(scene)),
  ];
}

/** Expressions instead of names, from v1 on. A real broker looks for the topics a moment later. */
function expressions(version: number): readonly Step[] {
  if (version === 0) return [];
  const { beat, own, join, keep, describe } = groupOf('expression', version);
  const matching = (title: string, subscribedTopicRegex: string) =>
    beat(title, (scene) => ({ ...own(scene), subscribedTopicRegex }));
  return [
    join('by an expression', { subscribedTopicNames: [], subscribedTopicRegex: '^(par|let).*' }),
    step(
      consumerGroupHeartbeat,
      'by an expression that was looked through',
      (scene) => ({
        ...JOIN,
        ...own(scene),
        subscribedTopicNames: [],
        subscribedTopicRegex: '^(par|let).*',
      }),
      {
        versions: version,
        until: ({ assignment }) => assignment?.topicPartitions.length === 2,
        keep,
      },
    ),
    describe('a group of an expression'),
    matching('by a broken expression', '(?=a)'),
    matching('by an expression without an end', '['),
    describe('a group after broken expressions'),
    beat('by no expression any more', (scene) => ({
      ...own(scene),
      subscribedTopicNames: [TOPIC],
      subscribedTopicRegex: '',
    })),
  ];
}

/** Groups that are there and of another kind. */
const otherKinds: readonly Step[] = [
  step(
    shareGroupHeartbeat,
    'makes a share group',
    { groupId: 'shares', memberId: 'sharer', memberEpoch: 0, rackId: null, subscribedTopicNames: ['nowhere'] },
    { versions: 1, until: ({ errorCode }) => errorCode !== errorCodes.COORDINATOR_LOAD_IN_PROGRESS },
  ),
  ...inEveryVersion(consumerGroupHeartbeat, (version) => [
    groupOf('shares', version).join('joins a share group', { groupId: 'shares' }),
    step(
      consumerGroupDescribe,
      'of a share group',
      { groupIds: ['shares'], includeAuthorizedOperations: true },
      { versions: version },
    ),
  ]),
];

/** What changes in groups of the consumer protocol (KIP-848): subscriptions, expressions, and who has what. */
export const consumerGroupChangesScript: Script = {
  area: 'consumer-group-changes',
  steps: [
    ...readyTopic(TOPIC, 2),
    ...readyTopic(OTHER, 2),
    ...readyCoordinator('changing'),
    ...inEveryVersion(consumerGroupHeartbeat, (version) => [
      ...subscriptions(version),
      ...sharing(version),
      ...expressions(version),
    ]),
    ...otherKinds,
  ],
};
