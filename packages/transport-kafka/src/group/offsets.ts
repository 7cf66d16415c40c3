import { EventstreamError, type PartitionOffset, type TopicPartition } from '@eventstream/core';
import { errorCodes, errorInfo, messages, zeroUuid } from '@eventstream/kafka-protocol';
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
  const committed = byTopic(offsets, ({ partition, offset }) => ({
    partitionIndex: partition,
    committedOffset: BigInt(offset),
    committedMetadata: '',
  }));
  const { topics, sending, nameOf } = identified(link, committed);
  const answer = await link.ask(
    messages.offsetCommit,
    ({ version }) => ({
      groupId: group,
      generationIdOrMemberEpoch: generation,
      memberId,
      ...(version >= 7 ? { groupInstanceId: instanceId } : {}),
      topics,
    }),
    sending,
  );
  for (const topic of answer.topics) {
    for (const { errorCode } of topic.partitions) {
      if (errorCode !== errorCodes.NONE) throw refusal(errorCode, { ...attempt, topic: nameOf(topic) });
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
  const asked = byTopic(partitions, ({ partition }) => partition).map(({ name, partitions: partitionIndexes }) => ({
    name,
    partitionIndexes,
  }));
  const { topics, sending, nameOf } = identified(link, asked);
  const answer = await link.ask(
    messages.offsetFetch,
    ({ version }) => {
      if (version <= oneGroup) return { groupId: group, topics, ...(version >= 7 ? { requireStable: true } : {}) };
      const member = memberId === undefined || version < 9 ? {} : { memberId, memberEpoch: generation ?? -1 };
      return { groups: [{ groupId: group, topics, ...member }], requireStable: true };
    },
    sending,
  );
  const told = answer.groups[0] ?? answer;
  if (told.errorCode !== errorCodes.NONE) throw refusal(told.errorCode, attempt);
  return partitions.map(({ topic, partition }) => {
    const of = told.topics.find((one) => nameOf(one) === topic);
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

/** A topic in an answer: by its name, or since version 10 by its id. */
type Told = { readonly name: string; readonly topicId?: string };

/**
 * Topics with their ids, so that what was read of a deleted topic is not taken for what another one of its name holds (KIP-848). A
 * cluster that has not told each id is asked by names.
 */
function identified<Of extends { readonly name: string }>(link: GroupLink, named: readonly Of[]) {
  const topics = named.map((topic) => ({ ...topic, topicId: link.topicId(topic.name) ?? zeroUuid }));
  const names = new Map(topics.map(({ name, topicId }) => [topicId, name]));
  return {
    topics,
    sending: names.has(zeroUuid) ? { cap: namedTopics } : {},
    nameOf: ({ name, topicId = zeroUuid }: Told): string => (name === '' ? (names.get(topicId) ?? '') : name),
  };
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
