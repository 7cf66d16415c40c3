import type { TopicPartition } from '@eventstream/core';
import {
  decodeConsumerAssignment,
  decodeConsumerSubscription,
  encodeConsumerAssignment,
  encodeConsumerSubscription,
  errorCodes,
  messages,
  type ResponseOf,
} from '@eventstream/kafka-protocol';
import { codeError } from '../errors/code-error.ts';
import type { AssignableMember, Assignor, Previous } from './assignors/assignor.ts';
import type { GroupContext, GroupLink } from './group-context.ts';
import { byTopic } from './offsets.ts';

type JoinAnswer = ResponseOf<typeof messages.joinGroup>;

/** A member with what it says when it joins. */
export type Joiner = {
  readonly memberId: string;
  /** What it keeps while the group rebalances; nothing under an eager protocol. */
  readonly owned: Previous;
  /** What it had, whether it keeps it or not. */
  readonly previous: Previous;
};

/** JoinGroup is answered when all members have joined, or the rebalance timeout is over. */
const joinGraceMs = 5000;
/** Subscriptions say what is owned, of which generation, and where the member stands (KIP-429, KIP-792, KIP-881). */
const subscriptionVersion = 3;

/** The two requests by which a member of a classic group comes to its assignment. */
export class ClassicJoin {
  readonly #context: GroupContext;
  readonly #link: GroupLink;
  readonly #assignors: readonly Assignor[];

  constructor(context: GroupContext, link: GroupLink, assignors: readonly Assignor[]) {
    this.#context = context;
    this.#link = link;
    this.#assignors = assignors;
  }

  /** Asks once. The answer may be an error, or the id to ask again with (KIP-394). */
  join({ memberId, owned, previous }: Joiner): Promise<JoinAnswer> {
    const { group, sessionTimeoutMs, rebalanceTimeoutMs, instanceId, topics, fetch } = this.#context;
    const said = {
      topics: [...topics].sort(),
      ownedPartitions: topicsOf(owned.partitions),
      generationId: owned.generation,
      rackId: fetch.rack === '' ? null : fetch.rack,
    };
    const protocols = this.#assignors.map(({ name, userData }) => ({
      name,
      metadata: encodeConsumerSubscription(subscriptionVersion, { ...said, userData: userData?.(previous) ?? null }),
    }));
    return this.#link.ask(
      messages.joinGroup,
      ({ version }) => ({
        groupId: group,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId,
        ...(version >= 5 ? { groupInstanceId: instanceId } : {}),
        protocolType: 'consumer',
        protocols,
      }),
      { timeoutMs: rebalanceTimeoutMs + joinGraceMs },
    );
  }

  /** Is told the assignment; as the leader, tells it. */
  async sync(
    answer: JoinAnswer,
  ): Promise<{ readonly errorCode: number; readonly partitions: readonly TopicPartition[] }> {
    const { group, instanceId } = this.#context;
    const assignments = answer.leader === answer.memberId && !answer.skipAssignment ? await this.#share(answer) : [];
    const { errorCode, assignment } = await this.#link.ask(messages.syncGroup, ({ version }) => ({
      groupId: group,
      generationId: answer.generationId,
      memberId: answer.memberId,
      ...(version >= 3 ? { groupInstanceId: instanceId } : {}),
      ...(version >= 5 ? { protocolType: 'consumer', protocolName: answer.protocolName } : {}),
      assignments,
    }));
    const told = assignment.length === 0 ? [] : decodeConsumerAssignment(assignment).assignedPartitions;
    return { errorCode, partitions: partitionsOf(told) };
  }

  /** Shares the partitions out, as the leader. */
  async #share({ members, protocolName }: JoinAnswer) {
    const assignor = this.#assignors.find(({ name }) => name === protocolName);
    if (assignor === undefined) throw codeError(errorCodes.INCONSISTENT_GROUP_PROTOCOL, this.#link.attempt('join'));
    const known = members.map(asAssignable);
    const partitions = new Map<string, number>();
    for (const topic of [...new Set(known.flatMap(({ topics }) => topics))].sort()) {
      const { topic: facts } = await this.#context.cluster.look(topic);
      partitions.set(topic, facts?.partitions.length ?? 0);
    }
    return Array.from(assignor.assign({ members: known, partitions }), ([memberId, mine]) => ({
      memberId,
      assignment: encodeConsumerAssignment(0, { assignedPartitions: topicsOf(mine) }),
    }));
  }
}

function asAssignable({ memberId, groupInstanceId, metadata }: JoinAnswer['members'][number]): AssignableMember {
  const { topics, ownedPartitions, generationId, userData } = decodeConsumerSubscription(metadata);
  const owned = { partitions: partitionsOf(ownedPartitions), generation: generationId };
  return { id: memberId, instanceId: groupInstanceId, topics, owned, userData };
}

function topicsOf(partitions: readonly TopicPartition[]) {
  return byTopic(partitions, ({ partition }) => partition).map(({ name, partitions: indexes }) => ({
    topic: name,
    partitions: indexes,
  }));
}

function partitionsOf(topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]) {
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
}
