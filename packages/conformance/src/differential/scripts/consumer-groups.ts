import { encodeConsumerSubscription, messages } from '@eventstream/kafka-protocol';
import type { Scene } from '../scene.ts';
import { inEveryVersion, type Script, type Step, step } from '../script.ts';
import { groupOf, JOIN, type More, TOPIC } from './consumer-group-steps.ts';
import { readyCoordinator, readyTopic } from './ready.ts';

const {
  consumerGroupDescribe,
  consumerGroupHeartbeat,
  deleteGroups,
  describeGroups,
  heartbeat,
  joinGroup,
  leaveGroup,
  listGroups,
  offsetCommit,
  offsetDelete,
  offsetFetch,
  syncGroup,
} = messages;

function life(version: number): readonly Step[] {
  const { groupId, beat, own, join, describe } = groupOf('modern', version);
  return [
    beat('a heartbeat in an unknown group', () => ({ memberId: 'x', memberEpoch: 1 })),
    beat('a member of an unknown group leaves', () => ({ memberId: 'x', memberEpoch: -1 })),
    join('a new member'),
    describe('a group of one'),
    beat('as before', (scene) => own(scene)),
    beat('holds what it was given', (scene) => ({
      ...own(scene),
      topicPartitions: [{ topicId: scene.uuid(TOPIC), partitions: [0, 1] }],
    })),
    beat('holds what it was never given', (scene) => ({
      ...own(scene),
      topicPartitions: [{ topicId: scene.uuid(TOPIC), partitions: [7] }],
    })),
    beat('an epoch ahead', (scene) => ({ ...own(scene), memberEpoch: 77 })),
    beat('a long past epoch', (scene) => ({ ...own(scene), memberEpoch: 1 })),
    beat('an epoch of no meaning', (scene) => ({ ...own(scene), memberEpoch: -7 })),
    beat('a stranger', () => ({ memberId: 'stranger', memberEpoch: 3 })),
    beat('a stranger leaves', () => ({ memberId: 'stranger', memberEpoch: -1 })),
    beat('leaves for a while without an instance', (scene) => ({ ...own(scene), memberEpoch: -2 })),
    ...commits(version),
    step(describeGroups, 'a consumer group, asked as a classic one', { groups: [groupId] }, { versions: [4, 6] }),
    step(deleteGroups, 'a consumer group with a member', { groupsNames: [groupId] }, { versions: 2 }),
    step(offsetDelete, 'of a topic a consumer group reads', {
      groupId,
      topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0 }] }],
    }),
    step(listGroups, 'consumer groups', { statesFilter: [], typesFilter: ['consumer'] }, { versions: 5 }),
    step(
      heartbeat,
      'a classic one in a consumer group',
      (scene) => ({ groupId, memberId: own(scene).memberId, generationId: 1 }),
      {
        versions: 4,
      },
    ),
    beat('it leaves', (scene) => ({ ...own(scene), memberEpoch: -1 })),
    beat('it leaves again', (scene) => ({ ...own(scene), memberEpoch: -1 })),
    beat('a heartbeat after it left', (scene) => own(scene)),
    describe('a group nobody is in'),
  ];
}

/** Commits and reads of offsets by a member, in its epoch and in others. */
function commits(version: number): readonly Step[] {
  const { groupId, own } = groupOf('modern', version);
  const commit = (title: string, more: (scene: Scene) => More) =>
    step(
      offsetCommit,
      title,
      (scene) => {
        const { memberId, memberEpoch } = own(scene);
        const partitions = [{ partitionIndex: 0, committedOffset: 3n, committedMetadata: '' }];
        const topics = [{ name: TOPIC, topicId: scene.uuid(TOPIC), partitions }];
        return { groupId, memberId, generationIdOrMemberEpoch: memberEpoch, topics, ...more(scene) };
      },
      { versions: [8, 10] },
    );
  const read = (title: string, more: More) =>
    step(
      offsetFetch,
      title,
      (scene) => {
        const topics = [{ name: TOPIC, topicId: scene.uuid(TOPIC), partitionIndexes: [0, 1] }];
        return { groups: [{ ...own(scene), topics, ...more }] };
      },
      { versions: [9, 10] },
    );
  return [
    commit('in the epoch of its member', () => ({})),
    commit('in an epoch ahead', () => ({ generationIdOrMemberEpoch: 77 })),
    commit('in a long past epoch', () => ({ generationIdOrMemberEpoch: 0 })),
    commit('without an epoch', () => ({ generationIdOrMemberEpoch: -1, memberId: '' })),
    commit('of a stranger to a consumer group', () => ({ memberId: 'stranger' })),
    read('in the epoch of its member', {}),
    read('in an epoch ahead', { memberEpoch: 77 }),
    read('of a stranger to a consumer group', { memberId: 'stranger' }),
    read('without a member', { memberId: null, memberEpoch: -1 }),
  ];
}

function staticLife(version: number): readonly Step[] {
  const { beat, own, join, describe } = groupOf('modern-static', version);
  const instanceId = 'one';
  const other = version === 0 ? '' : `other-${version}`;
  return [
    join('a static member', { instanceId }),
    beat('a second one of the same instance', () => ({ ...JOIN, memberId: other, instanceId })),
    beat('an impostor of the instance', (scene) => ({ ...own(scene), memberId: 'impostor', instanceId })),
    beat('an unknown instance', (scene) => ({ ...own(scene), instanceId: 'two' })),
    describe('a group of a static member'),
    beat('the static member leaves for a while', (scene) => ({ ...own(scene), memberEpoch: -2, instanceId })),
    beat('the one who is away', (scene) => ({ ...own(scene), instanceId })),
    join('the static member is back', { instanceId, ...(other === '' ? {} : { memberId: other }) }),
    describe('a group whose static member came back'),
    beat('the static member leaves for good', (scene) => ({ ...own(scene), memberEpoch: -1, instanceId })),
  ];
}

const wrong = inEveryVersion(consumerGroupHeartbeat, (version) => {
  const { beat } = groupOf('modern-wrong', version);
  const joining = { ...JOIN, memberId: version === 0 ? '' : 'wrong' };
  return [
    beat('joins a group without a name', () => ({ ...joining, groupId: '' })),
    beat('joins without a rebalance timeout', () => ({ ...joining, rebalanceTimeoutMs: -1 })),
    beat('joins with partitions', (scene) => ({
      ...joining,
      topicPartitions: [{ topicId: scene.uuid(TOPIC), partitions: [0] }],
    })),
    beat('joins without saying what it holds', () => ({ ...joining, topicPartitions: null })),
    beat('joins without a subscription', () => ({ ...joining, subscribedTopicNames: null })),
    beat('joins with an unknown assignor', () => ({ ...joining, serverAssignor: 'nobody' })),
    beat('joins with an empty instance', () => ({ ...joining, instanceId: '' })),
    beat('joins with an empty rack', () => ({ ...joining, rackId: '' })),
    beat('beats without an id', () => ({ memberId: '', memberEpoch: 1 })),
    beat('leaves without an id', () => ({ memberId: '', memberEpoch: -1 })),
    ...(version > 0
      ? [
          beat('joins without an id', () => ({ ...joining, memberId: '' })),
          beat('a broken expression', () => ({ ...joining, subscribedTopicNames: [], subscribedTopicRegex: '(' })),
        ]
      : []),
    step(
      consumerGroupDescribe,
      'of nobody, twice and without a name',
      { groupIds: ['nobody', 'nobody', ''], includeAuthorizedOperations: false },
      { versions: version },
    ),
  ];
});

/** A group that was classic is a consumer group once a member of the new protocol joins it while it is empty, and back. */
function conversion(version: number): readonly Step[] {
  const { groupId, beat, own, join, describe } = groupOf('converted', version);
  const classic = `${groupId}-classic`;
  const joining = (memberId: string) => ({
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 30_000,
    memberId,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: encodeConsumerSubscription(0, { topics: [TOPIC], userData: null }) }],
  });
  const member = (scene: Scene) => ({ groupId, generationId: 1, memberId: scene.text(classic) });
  return [
    step(joinGroup, 'a classic member, before', joining(''), {
      versions: 3,
      keep: ({ memberId }, scene) => scene.keep(classic, memberId),
    }),
    step(syncGroup, 'a classic member, before', (scene) => ({ ...member(scene), assignments: [] }), { versions: 3 }),
    step(leaveGroup, 'the classic member goes', (scene) => ({ groupId, memberId: scene.text(classic) }), {
      versions: 2,
    }),
    join('joins an empty classic group'),
    describe('a group that was classic'),
    step(describeGroups, 'a group that was classic', { groups: [groupId] }, { versions: 5 }),
    beat('of a member of a group that was classic', (scene) => own(scene)),
    beat('the last member of the new protocol leaves', (scene) => ({ ...own(scene), memberEpoch: -1 })),
    step(joinGroup, 'a classic member, afterwards', joining(''), { versions: 3 }),
    describe('a group that is classic again'),
  ];
}

/** Members of the consumer protocol (KIP-848): their epochs, what they may commit, and classic groups they take over. */
export const consumerGroupsScript: Script = {
  area: 'consumer-groups',
  steps: [
    ...readyTopic(TOPIC, 2),
    ...readyCoordinator('modern'),
    ...wrong,
    ...inEveryVersion(consumerGroupHeartbeat, (version) => [
      ...life(version),
      ...staticLife(version),
      ...conversion(version),
    ]),
  ],
};
