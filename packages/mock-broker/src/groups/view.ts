import type { ShareGroup } from '../share/group.ts';
import type { Shares } from '../share/shares.ts';
import type { Catalog } from '../topics/catalog.ts';
import { placesIn } from './classic/assigned-places.ts';
import type { GroupState } from './classic/states.ts';
import type { Group } from './group.ts';
import { partOf } from './modern/assignment.ts';
import type { ConsumerGroup } from './modern/group.ts';
import type { ModernGroupState } from './modern/states.ts';

/** A group as a test wants to see it. */
export type GroupView = {
  readonly id: string;
  /** The protocol its members speak, by Kafka's names. */
  readonly type: 'classic' | 'consumer' | 'share';
  readonly state: GroupState | ModernGroupState;
  /** The generation; of a consumer group, its epoch. */
  readonly generationId: number;
  /** The assignor that was agreed upon; of a consumer group, the broker's. */
  readonly protocol: string | null;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly clientId: string;
    readonly clientHost: string;
    readonly isLeader: boolean;
    /** The partitions it has, as `topic-partition`. None of a classic member whose protocol is not that of consumers. */
    readonly assigned: readonly string[];
  }[];
  /** What was committed; of a share group, the offset below which everything is done. */
  readonly offsets: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly metadata: string | null;
    /** How many offsets are still in front of the group: up to the high watermark, less what a share group did out of turn. */
    readonly lag: number;
  }[];
};

/** Where a group's topics are, and how far share groups are with them. */
export type GroupSurroundings = { readonly catalog: Catalog; readonly groups: { readonly shares: Shares } };

/** A copy of what the group looks like now. */
export function describeGroup(group: Group, around: GroupSurroundings): GroupView {
  const offsets = group.share ? sharedOffsets(group.id, around) : committedOffsets(group, around);
  return { id: group.id, type: group.type, ...viewOf(group, around.catalog), offsets };
}

type OffsetView = GroupView['offsets'][number];

function committedOffsets({ offsets }: Group, { catalog }: GroupSurroundings): OffsetView[] {
  return offsets.list().map(({ topic, partition, offset, metadata }) => {
    const high = catalog.byName(topic)?.partition(partition)?.log.watermarks.high ?? offset;
    return { topic, partition, offset: Number(offset), metadata, lag: Math.max(0, Number(high - offset)) };
  });
}

function sharedOffsets(groupId: string, { catalog, groups }: GroupSurroundings): OffsetView[] {
  return groups.shares.of(groupId).flatMap(({ name: { topicId, index }, share }): OffsetView[] => {
    const topic = catalog.byId(topicId);
    const log = topic?.partition(index)?.log;
    if (!topic || !log) return [];
    const lag = share.lagTo(Number(log.watermarks.high));
    return [{ topic: topic.name, partition: index, offset: share.startOffset, metadata: null, lag }];
  });
}

type KindView = Pick<GroupView, 'state' | 'generationId' | 'protocol' | 'members'>;

function viewOf(group: Group, catalog: Catalog): KindView {
  if (group.consumer) return consumerView(group.consumer);
  return group.share ? shareView(group.share, catalog) : classicView(group);
}

function shareView({ state, groupEpoch, members }: ShareGroup, catalog: Catalog): KindView {
  return {
    state,
    generationId: groupEpoch,
    protocol: 'simple',
    members: [...members.values()].map(({ id, clientId, clientHost, assigned }) => ({
      memberId: id,
      groupInstanceId: null,
      clientId,
      clientHost,
      isLeader: false,
      assigned: [...assigned].flatMap(([topicId, indexes]) =>
        indexes.map((index) => `${catalog.byId(topicId)?.name ?? topicId}-${index}`),
      ),
    })),
  };
}

function classicView({ classic, kind }: Group): KindView {
  return {
    state: kind.state,
    generationId: classic?.generationId ?? 0,
    protocol: classic?.protocolName ?? null,
    members: [...(classic?.members.values() ?? [])].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.facts.groupInstanceId,
      clientId: member.facts.clientId,
      clientHost: member.facts.clientHost,
      isLeader: member.id === classic?.leaderId,
      assigned: member.facts.protocolType === 'consumer' ? placesIn(member.assignment) : [],
    })),
  };
}

function consumerView(group: ConsumerGroup): KindView {
  const { catalog } = group.surroundings;
  return {
    state: group.state,
    generationId: group.groupEpoch,
    protocol: group.assignorName,
    members: [...group.members.values()].map(({ id, instanceId, clientId, clientHost, assigned }) => ({
      memberId: id,
      groupInstanceId: instanceId,
      clientId,
      clientHost,
      isLeader: false,
      assigned: [...assigned.keys()]
        .map(partOf)
        .map(({ topicId, index }) => `${catalog.byId(topicId)?.name ?? topicId}-${index}`),
    })),
  };
}
