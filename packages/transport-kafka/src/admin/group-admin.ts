import type { PartitionOffset, TopicPartition, WaitOptions } from '@eventstream/core';
import { decodeConsumerAssignment, errorCodes, messages } from '@eventstream/kafka-protocol';
import type { Attempt } from '../errors/attempt.ts';
import { codeError } from '../errors/code-error.ts';
import { byTopic } from '../group/offsets.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import type { Link } from '../network/link.ts';
import { type AdminContext, insist } from './context.ts';
import type { GroupInfo, GroupListing } from './types.ts';

/** Topics are named, not numbered, up to this version of OffsetCommit. */
const namedTopics = 9;

/** All groups that may be seen: every broker is asked for those it coordinates. */
export function listGroups(context: AdminContext, wait: WaitOptions = {}): Promise<readonly GroupListing[]> {
  const { cluster } = context;
  return insist(context, { operation: 'list groups', wait, onFailure: () => void cluster.reach() }, async (attempt) => {
    const links = cluster.brokers.ids.flatMap((id) => cluster.brokers.link(id) ?? []);
    if (links.length === 0) throw new BrokerLost('no broker', 'none is known', { maybeServed: false });
    const answers = await Promise.all(links.map((link) => link.request(messages.listGroups, {})));
    return answers.flatMap(({ errorCode, groups }) => {
      if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt);
      return groups.map(({ groupId, protocolType, groupState, groupType }) => ({
        group: groupId,
        protocolType,
        state: groupState,
        type: groupType === '' ? 'classic' : groupType.toLowerCase(),
      }));
    });
  });
}

/** A group and its members, by whichever protocol. */
export function describeGroup(context: AdminContext, group: string, wait: WaitOptions = {}): Promise<GroupInfo> {
  return ask(context, { group, what: 'describe', wait }, async (link, attempt) => {
    const { versions } = await link.open();
    const modern =
      versions.newest(messages.consumerGroupDescribe) === undefined ? undefined : await byEpoch(link, group);
    return modern ?? (await byGeneration(link, group, attempt));
  });
}

/** Deletes a group nobody is in. */
export function deleteGroup(context: AdminContext, group: string, wait: WaitOptions = {}): Promise<void> {
  return ask(context, { group, what: 'delete', wait }, async (link, attempt) => {
    const { results } = await link.request(messages.deleteGroups, { groupsNames: [group] });
    judge(results[0]?.errorCode, attempt);
  });
}

/** Sets what a group has committed, from outside of it. */
export function setOffsets(
  context: AdminContext,
  { group, offsets }: { readonly group: string; readonly offsets: readonly PartitionOffset[] },
  wait: WaitOptions = {},
): Promise<void> {
  return ask(context, { group, what: 'set offsets of', wait }, async (link, attempt) => {
    const topics = byTopic(offsets, ({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedMetadata: '',
    }));
    const answer = await link.request(
      messages.offsetCommit,
      { groupId: group, generationIdOrMemberEpoch: -1, memberId: '', topics },
      { cap: namedTopics },
    );
    for (const { partitions } of answer.topics) for (const { errorCode } of partitions) judge(errorCode, attempt);
  });
}

/** Forgets what a group has committed. */
export function deleteOffsets(
  context: AdminContext,
  { group, partitions }: { readonly group: string; readonly partitions: readonly TopicPartition[] },
  wait: WaitOptions = {},
): Promise<void> {
  return ask(context, { group, what: 'delete offsets of', wait }, async (link, attempt) => {
    const topics = byTopic(partitions, ({ partition }) => ({ partitionIndex: partition }));
    const answer = await link.request(messages.offsetDelete, { groupId: group, topics });
    judge(answer.errorCode, attempt);
    for (const one of answer.topics) for (const { errorCode } of one.partitions) judge(errorCode, attempt);
  });
}

type Question = { readonly group: string; readonly what: string; readonly wait: WaitOptions };

/** Asks the coordinator of a group, whoever that is. A refusal is no matter of ownership here, so no group is named in it. */
function ask<Value>(
  context: AdminContext,
  { group, what, wait }: Question,
  work: (link: Link, attempt: Attempt) => Promise<Value>,
): Promise<Value> {
  const of = { kind: 'group', key: group } as const;
  const onFailure = () => context.coordinators.forget(of);
  return insist(context, { operation: `${what} group "${group}"`, wait, onFailure }, async (attempt) =>
    work(await context.coordinators.link(of, attempt), attempt),
  );
}

/** Nothing when the group is not one of KIP-848. */
async function byEpoch(link: Link, group: string): Promise<GroupInfo | undefined> {
  const { groups } = await link.request(messages.consumerGroupDescribe, {
    groupIds: [group],
    includeAuthorizedOperations: false,
  });
  const [found] = groups;
  if (found === undefined || found.errorCode !== errorCodes.NONE) return undefined;
  const members = found.members.map((member) => ({
    id: member.memberId,
    instanceId: member.instanceId,
    clientId: member.clientId,
    host: member.clientHost,
    partitions: member.assignment.topicPartitions.flatMap(({ topicName, partitions }) =>
      partitions.map((partition) => ({ topic: topicName, partition })),
    ),
  }));
  return { group, state: found.groupState, type: 'consumer', assignor: found.assignorName, members };
}

async function byGeneration(link: Link, group: string, attempt: Attempt): Promise<GroupInfo> {
  const { groups } = await link.request(messages.describeGroups, {
    groups: [group],
    includeAuthorizedOperations: false,
  });
  const [found] = groups;
  if (found === undefined || found.errorCode === errorCodes.GROUP_ID_NOT_FOUND) {
    return { group, state: 'Dead', type: 'classic', assignor: '', members: [] };
  }
  judge(found.errorCode, attempt);
  const members = found.members.map((member) => ({
    id: member.memberId,
    instanceId: member.groupInstanceId,
    clientId: member.clientId,
    host: member.clientHost,
    partitions: partitionsIn(member.memberAssignment),
  }));
  return { group, state: found.groupState, type: 'classic', assignor: found.protocolData, members };
}

function partitionsIn(assignment: Uint8Array): readonly TopicPartition[] {
  if (assignment.length === 0) return [];
  return decodeConsumerAssignment(assignment).assignedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}

function judge(errorCode: number | undefined, attempt: Attempt): void {
  if (errorCode !== undefined && errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt);
}
