import { encodeConsumerAssignment, encodeConsumerSubscription, messages } from '@eventstream/kafka-protocol';
import type { Scene } from '../scene.ts';
import { inEveryVersion, type Script, type Step, step } from '../script.ts';
import { readyTopic } from './ready.ts';

const {
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

const subscribed = encodeConsumerSubscription(0, { topics: ['orders'], userData: null });
const assigned = encodeConsumerAssignment(0, {
  assignedPartitions: [{ topic: 'orders', partitions: [0] }],
  userData: null,
});

function joining(groupId: string, memberId: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 30_000,
    memberId,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscribed }],
    ...more,
  };
}

/** A whole life of a group with one member, in one version of JoinGroup and the like of the others. */
function life(version: number): readonly Step[] {
  const groupId = `life-${version}`;
  const member = `member-${version}`;
  const at = (highest: number) => ({ versions: Math.min(version, highest) });
  const generation = (scene: Scene) => ({ groupId, generationId: 1, memberId: scene.text(member) });
  return [
    step(joinGroup, 'a new member', joining(groupId, ''), {
      versions: version,
      keep: ({ memberId }, scene) => scene.keep(member, memberId),
    }),
    step(joinGroup, 'with the id it was given', (scene) => joining(groupId, scene.text(member)), { versions: version }),
    step(heartbeat, 'before the assignment', generation, at(4)),
    step(
      syncGroup,
      'the leader assigns',
      (scene) => ({
        ...generation(scene),
        protocolType: 'consumer',
        protocolName: 'range',
        assignments: [{ memberId: scene.text(member), assignment: assigned }],
      }),
      at(5),
    ),
    step(heartbeat, 'in the generation', generation, at(4)),
    step(heartbeat, 'in another generation', (scene) => ({ ...generation(scene), generationId: 7 }), at(4)),
    step(heartbeat, 'of a stranger', { groupId, generationId: 1, memberId: 'stranger' }, at(4)),
    step(syncGroup, 'again', (scene) => ({ ...generation(scene), assignments: [] }), at(5)),
    step(
      syncGroup,
      'with another protocol',
      (scene) => ({ ...generation(scene), protocolType: 'connect', protocolName: 'range', assignments: [] }),
      at(5),
    ),
    step(joinGroup, 'another kind of protocol', joining(groupId, '', { protocolType: 'connect' }), {
      versions: version,
    }),
    step(joinGroup, 'a stranger who says it was there', joining(groupId, 'stranger'), { versions: version }),
    step(describeGroups, 'a stable group', { groups: [groupId] }, at(6)),
    step(deleteGroups, 'a group with members', { groupsNames: [groupId] }, at(2)),
    step(
      leaveGroup,
      'it leaves',
      (scene) => ({ groupId, memberId: scene.text(member), members: [{ memberId: scene.text(member) }] }),
      at(5),
    ),
    step(
      leaveGroup,
      'it leaves again',
      (scene) => ({ groupId, memberId: scene.text(member), members: [{ memberId: scene.text(member) }] }),
      at(5),
    ),
    step(describeGroups, 'an empty group', { groups: [groupId], includeAuthorizedOperations: true }, at(6)),
  ];
}

/** Static members (KIP-345), where the version knows them. */
function staticLife(version: number): readonly Step[] {
  if (version < 5) return [];
  const groupId = `static-${version}`;
  const member = `static-member-${version}`;
  const named = { groupInstanceId: 'one' };
  return [
    step(joinGroup, 'a static member', joining(groupId, '', named), {
      versions: version,
      keep: ({ memberId }, scene) => scene.keep(member, memberId),
    }),
    step(
      syncGroup,
      'a static member assigns',
      (scene) => ({
        groupId,
        generationId: 1,
        memberId: scene.text(member),
        ...named,
        assignments: [{ memberId: scene.text(member), assignment: assigned }],
      }),
      { versions: 3 },
    ),
    step(heartbeat, 'of an impostor', { groupId, generationId: 1, memberId: 'impostor', ...named }, { versions: 3 }),
    step(joinGroup, 'the static member comes back', joining(groupId, '', named), { versions: version }),
    step(describeGroups, 'a group with a static member', { groups: [groupId] }, { versions: 5 }),
    step(leaveGroup, 'by its instance alone', { groupId, members: [{ memberId: '', ...named }] }, { versions: 4 }),
  ];
}

const wrong: readonly Step[] = [
  step(joinGroup, 'a group without a name', joining('', '')),
  step(joinGroup, 'too short a session', joining('short', '', { sessionTimeoutMs: 10 })),
  step(joinGroup, 'too long a session', joining('long', '', { sessionTimeoutMs: 2_000_000_000 })),
  step(joinGroup, 'no protocols', joining('none', '', { protocols: [] })),
  step(joinGroup, 'no kind of protocol', joining('none', '', { protocolType: '' })),
  step(joinGroup, 'a member of an unknown group', joining('nobody', 'stranger')),
  step(syncGroup, 'in an unknown group', { groupId: 'nobody', generationId: 1, memberId: 'x', assignments: [] }),
  step(syncGroup, 'in a group without a name', { groupId: '', generationId: 1, memberId: 'x', assignments: [] }),
  step(heartbeat, 'in an unknown group', { groupId: 'nobody', generationId: 1, memberId: 'x' }),
  step(heartbeat, 'in a group without a name', { groupId: '', generationId: 1, memberId: 'x' }),
  step(leaveGroup, 'an unknown group', { groupId: 'nobody', memberId: 'x', members: [{ memberId: 'x' }] }),
  step(leaveGroup, 'a group without a name', { groupId: '', memberId: 'x', members: [{ memberId: 'x' }] }),
  step(leaveGroup, 'nobody leaves', { groupId: 'life-5', memberId: '', members: [] }),
  step(describeGroups, 'unknown groups', { groups: ['nobody', 'nothing'] }),
  step(describeGroups, 'no groups', { groups: [] }),
  step(describeGroups, 'a group without a name', { groups: [''] }),
  step(describeGroups, 'the same group twice', { groups: ['nobody', 'nobody'] }),
  step(listGroups, 'all', { statesFilter: [], typesFilter: [] }),
  step(listGroups, 'stable ones', { statesFilter: ['Stable'] }, { versions: [4, 5] }),
  step(
    listGroups,
    'empty ones of the classic kind',
    { statesFilter: ['empty'], typesFilter: ['CLASSIC'] },
    { versions: 5 },
  ),
  step(listGroups, 'in no state', { statesFilter: ['Nothing'] }, { versions: [4, 5] }),
  step(listGroups, 'of no kind', { statesFilter: [], typesFilter: ['nothing'] }, { versions: 5 }),
];

const topicsWith =
  (more: Readonly<Record<string, unknown>>, name = 'orders') =>
  (scene: Scene) => ({
    topics: [{ name, topicId: scene.uuid(name), partitions: [{ partitionIndex: 0, committedOffset: 5n, ...more }] }],
  });

function committing(groupId: string, more: Readonly<Record<string, unknown>> = {}, name = 'orders') {
  const { generation = -1, ...partition } = more as { generation?: number };
  return (scene: Scene) => ({
    groupId,
    generationIdOrMemberEpoch: generation,
    memberId: '',
    ...topicsWith({ committedMetadata: 'note', ...partition }, name)(scene),
  });
}

const offsets: readonly Step[] = [
  step(offsetCommit, 'without members', committing('simple')),
  step(offsetCommit, 'an unknown topic', committing('simple', {}, 'nobody')),
  step(offsetCommit, 'an unknown partition', committing('simple', { partitionIndex: 77 })),
  step(offsetCommit, 'a negative offset', committing('simple', { committedOffset: -3n })),
  step(offsetCommit, 'too long a note', committing('simple', { committedMetadata: 'x'.repeat(5000) })),
  step(offsetCommit, 'no note', committing('simple', { committedMetadata: null })),
  step(offsetCommit, 'in a generation of an unknown group', committing('unheard-of', { generation: 3 })),
  step(offsetCommit, 'in a group without a name', committing('')),
  step(offsetCommit, 'nothing', { groupId: 'simple', generationIdOrMemberEpoch: -1, memberId: '', topics: [] }),
  step(offsetCommit, 'as a member nobody knows', (scene) => ({
    ...committing('simple')(scene),
    memberId: 'stranger',
    generationIdOrMemberEpoch: 1,
  })),
  ...['simple', 'nobody', ''].map((groupId) =>
    step(offsetFetch, `of group "${groupId}"`, (scene) => ({
      groupId,
      topics: [{ name: 'orders', partitionIndexes: [0, 1, 9] }],
      groups: [{ groupId, topics: [{ name: 'orders', topicId: scene.uuid('orders'), partitionIndexes: [0, 1, 9] }] }],
    })),
  ),
  step(
    offsetFetch,
    'everything',
    { groupId: 'simple', topics: null, groups: [{ groupId: 'simple', topics: null }] },
    { versions: [2, 10] },
  ),
  step(
    offsetFetch,
    'stable offsets of two groups',
    {
      groups: [
        { groupId: 'simple', topics: null },
        { groupId: 'nobody', topics: null },
      ],
      requireStable: true,
    },
    { versions: [8, 10] },
  ),
  step(offsetFetch, 'of an unknown topic', (scene) => ({
    groupId: 'simple',
    topics: [{ name: 'nobody', partitionIndexes: [0] }],
    groups: [{ groupId: 'simple', topics: [{ name: 'nobody', topicId: scene.uuid('nobody'), partitionIndexes: [0] }] }],
  })),
  step(
    offsetFetch,
    'in a member epoch of a simple group',
    (scene) => ({
      groups: [
        {
          groupId: 'simple',
          memberId: 'x',
          memberEpoch: 3,
          topics: [{ name: 'orders', topicId: scene.uuid('orders'), partitionIndexes: [0] }],
        },
      ],
    }),
    { versions: [9, 10] },
  ),
  step(offsetDelete, 'of a simple group', {
    groupId: 'simple',
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0 }] }],
  }),
  step(offsetDelete, 'of an unknown topic', {
    groupId: 'simple',
    topics: [{ name: 'nobody', partitions: [{ partitionIndex: 0 }] }],
  }),
  step(offsetDelete, 'of an unknown group', {
    groupId: 'nobody',
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0 }] }],
  }),
  step(offsetDelete, 'of a group without a name', { groupId: '', topics: [] }),
  ...['simple', 'nobody', ''].map((name) =>
    step(deleteGroups, `group "${name}"`, { groupsNames: [name] }, { versions: 2 }),
  ),
  step(deleteGroups, 'two unknown groups', { groupsNames: ['nobody', 'nothing'] }),
  step(deleteGroups, 'none', { groupsNames: [] }),
];

/** Members, generations and what they commit. */
export const groupsScript: Script = {
  area: 'groups',
  steps: [
    ...readyTopic('orders', 3),
    ...wrong,
    ...inEveryVersion(joinGroup, (version) => [...life(version), ...staticLife(version)]),
    step(listGroups, 'all, when there are some', { statesFilter: [], typesFilter: [] }),
    ...offsets,
  ],
};
