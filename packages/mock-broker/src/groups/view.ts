import type { GroupState } from './classic/states.ts';
import type { Group } from './coordinator.ts';

/** A group as a test wants to see it. */
export type GroupView = {
  readonly id: string;
  readonly state: GroupState;
  readonly generationId: number;
  readonly protocol: string | null;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly clientId: string;
    readonly isLeader: boolean;
  }[];
  readonly offsets: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly metadata: string | null;
  }[];
};

/** A copy of what the group looks like now. */
export function describeGroup({ id, classic, offsets }: Group): GroupView {
  return {
    id,
    state: classic.state,
    generationId: classic.generationId,
    protocol: classic.protocolName,
    members: [...classic.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.facts.groupInstanceId,
      clientId: member.facts.clientId,
      isLeader: member.id === classic.leaderId,
    })),
    offsets: offsets.list().map(({ topic, partition, offset, metadata }) => ({
      topic,
      partition,
      offset: Number(offset),
      metadata,
    })),
  };
}
