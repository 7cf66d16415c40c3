import type { ShareGroup } from '../share/group.ts';
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
    readonly isLeader: boolean;
    /** What a member of a consumer group holds, as `topic-partition`; classic members keep that to themselves. */
    readonly assigned?: readonly string[];
  }[];
  readonly offsets: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly metadata: string | null;
  }[];
};

/** A copy of what the group looks like now. */
export function describeGroup(group: Group): GroupView {
  return {
    id: group.id,
    type: group.type,
    ...viewOf(group),
    offsets: group.offsets.list().map(({ topic, partition, offset, metadata }) => ({
      topic,
      partition,
      offset: Number(offset),
      metadata,
    })),
  };
}

type KindView = Pick<GroupView, 'state' | 'generationId' | 'protocol' | 'members'>;

function viewOf(group: Group): KindView {
  if (group.consumer) return consumerView(group.consumer);
  return group.share ? shareView(group.share) : classicView(group);
}

function shareView({ state, groupEpoch, members }: ShareGroup): KindView {
  return {
    state,
    generationId: groupEpoch,
    protocol: 'simple',
    members: [...members.values()].map(({ id, clientId }) => ({
      memberId: id,
      groupInstanceId: null,
      clientId,
      isLeader: false,
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
      isLeader: member.id === classic?.leaderId,
    })),
  };
}

function consumerView(group: ConsumerGroup): KindView {
  const { catalog } = group.surroundings;
  return {
    state: group.state,
    generationId: group.groupEpoch,
    protocol: group.assignorName,
    members: [...group.members.values()].map(({ id, instanceId, clientId, assigned }) => ({
      memberId: id,
      groupInstanceId: instanceId,
      clientId,
      isLeader: false,
      assigned: [...assigned.keys()]
        .map(partOf)
        .map(({ topicId, index }) => `${catalog.byId(topicId)?.name ?? topicId}-${index}`),
    })),
  };
}
