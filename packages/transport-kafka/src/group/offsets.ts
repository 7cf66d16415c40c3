import { EventstreamError, type PartitionOffset, type TopicPartition } from '@eventstream/core';
import { errorCodes, errorInfo, messages } from '@eventstream/kafka-protocol';
import type { Attempt } from '../errors/attempt.ts';
import { codeError } from '../errors/code-error.ts';
import type { GroupLink } from './group-context.ts';

/** Topics are named, not numbered, up to this version of OffsetCommit and OffsetFetch. */
const namedTopics = 9;
/** Up to this version OffsetFetch asks for one group. */
const oneGroup = 7;

/** What passes with the next heartbeat, which brings another epoch, or with the end of the rebalance. */
const passing: readonly number[] = [errorCodes.STALE_MEMBER_EPOCH, errorCodes.REBALANCE_IN_PROGRESS];

/** Who commits. */
export type Committer = {
  readonly group: string;
  readonly memberId: string;
  readonly instanceId: string | null;
  /** The generation of a classic group, or the member's epoch. */
  readonly generation: number;
};

/** Stores offsets under a membership. Rejects with the first refusal; `fenced` when the membership is over. */
export async function commitOffsets(
  link: GroupLink,
  { group, memberId, instanceId, generation }: Committer,
  offsets: readonly PartitionOffset[],
): Promise<void> {
  const attempt = link.attempt('commit of', generation);
  const answer = await link.ask(
    messages.offsetCommit,
    ({ version }) => ({
      groupId: group,
      generationIdOrMemberEpoch: generation,
      memberId,
      ...(version >= 7 ? { groupInstanceId: instanceId } : {}),
      topics: byTopic(offsets, ({ partition, offset }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedMetadata: '',
      })),
    }),
    { cap: namedTopics },
  );
  for (const { name, partitions } of answer.topics) {
    for (const { errorCode } of partitions) {
      if (errorCode !== errorCodes.NONE) throw refusal(errorCode, { ...attempt, topic: name });
    }
  }
}

/** What the group has committed, in the order asked; undefined where there is nothing. */
export async function fetchCommitted(
  link: GroupLink,
  { group, memberId, generation }: Pick<Committer, 'group'> & Partial<Committer>,
  partitions: readonly TopicPartition[],
): Promise<readonly (number | undefined)[]> {
  const attempt = link.attempt('committed offsets of', generation);
  const topics = byTopic(partitions, ({ partition }) => partition).map(({ name, partitions: partitionIndexes }) => ({
    name,
    partitionIndexes,
  }));
  const answer = await link.ask(
    messages.offsetFetch,
    ({ version }) => {
      if (version <= oneGroup) return { groupId: group, topics, ...(version >= 7 ? { requireStable: true } : {}) };
      const member = memberId === undefined || version < 9 ? {} : { memberId, memberEpoch: generation ?? -1 };
      return { groups: [{ groupId: group, topics, ...member }], requireStable: true };
    },
    { cap: namedTopics },
  );
  const told = answer.groups[0] ?? answer;
  if (told.errorCode !== errorCodes.NONE) throw refusal(told.errorCode, attempt);
  return partitions.map(({ topic, partition }) => {
    const of = told.topics.find(({ name }) => name === topic);
    const one = of?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
    if (one === undefined) return undefined;
    if (one.errorCode !== errorCodes.NONE) throw refusal(one.errorCode, { ...attempt, topic });
    const offset = Number(one.committedOffset);
    return offset < 0 ? undefined : offset;
  });
}

/** Partitions under their topics, as requests name them. */
export function byTopic<Of extends TopicPartition, To>(all: readonly Of[], convert: (one: Of) => To) {
  const topics = new Map<string, To[]>();
  for (const one of all) topics.set(one.topic, [...(topics.get(one.topic) ?? []), convert(one)]);
  return Array.from(topics, ([name, partitions]) => ({ name, partitions }));
}

function refusal(code: number, attempt: Attempt): EventstreamError {
  if (!passing.includes(code)) return codeError(code, attempt);
  const { name, message } = errorInfo(code);
  return new EventstreamError('broker-refused', {
    message: `${attempt.operation} was refused with ${name}: ${message}. It is tried again.`,
    facts: { operation: attempt.operation, kafkaCode: name },
    retriable: true,
  });
}
