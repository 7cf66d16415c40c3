import type { PartitionOffset, TopicPartition, WaitOptions } from '@eventstream/core';
import { errorCodes, messages, type ResponseOf, zeroUuid } from '@eventstream/kafka-protocol';
import { codeError, topicMissing } from '../errors/code-error.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import { type AdminContext, insist } from './context.ts';

/** The first and the next offset of a partition. */
export type Range = TopicPartition & { readonly first: number; readonly next: number };

/** Times that mean an end of the partition (ListOffsets). */
export const ends = { latest: -1n, earliest: -2n } as const;

/** Groups are asked for by name up to this version, by list up to the next, and by topic ids from there on. */
const oneGroup = 7;
const namedTopics = 9;

/** The first and the next offset of each partition of a topic. */
export function offsetRanges(context: AdminContext, topic: string, wait: WaitOptions = {}): Promise<readonly Range[]> {
  const { cluster } = context;
  const what = { operation: `offsets of "${topic}"`, topic, wait, onFailure: () => void cluster.refresh() };
  return insist(context, what, async () => {
    const { topic: facts } = await cluster.look(topic);
    if (facts === undefined) throw topicMissing(topic);
    const partitions = facts.partitions.map((_, partition) => ({ topic, partition }));
    const [first, next] = await Promise.all([
      listOffsets(context, partitions, ends.earliest),
      listOffsets(context, partitions, ends.latest),
    ]);
    return partitions.map((one, index) => ({
      ...one,
      first: first[index]?.offset ?? 0,
      next: next[index]?.offset ?? 0,
    }));
  });
}

/** Where a time begins in each partition, in the order given; -1 where nothing is as young. Asks every leader once. */
export async function listOffsets(
  { cluster, brokers }: Pick<AdminContext, 'cluster' | 'brokers'>,
  partitions: readonly TopicPartition[],
  time: bigint,
): Promise<readonly PartitionOffset[]> {
  const byLeader = new Map<number, TopicPartition[]>();
  for (const one of partitions) {
    const leader = cluster.leaderOf(one.topic, one.partition)?.leader ?? -1;
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), one]);
  }
  const found = await Promise.all(
    Array.from(byLeader, async ([leader, led]) => {
      const link = cluster.brokers.link(leader);
      if (link === undefined) throw new BrokerLost('the leader', 'it is not known', { maybeServed: false });
      const answer = await link.request(messages.listOffsets, { replicaId: -1, topics: byTopic(led, time) });
      return answer.topics.flatMap(({ name, partitions: answers }) =>
        answers.map(({ partitionIndex, errorCode, offset }) => {
          const attempt = { operation: `offsets of "${name}"`, topic: name, brokers };
          if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt);
          return { topic: name, partition: partitionIndex, offset: Number(offset) };
        }),
      );
    }),
  );
  const all = found.flat();
  return partitions.map(
    ({ topic, partition }) =>
      all.find((one) => one.topic === topic && one.partition === partition) ?? { topic, partition, offset: -1 },
  );
}

function byTopic(partitions: readonly TopicPartition[], timestamp: bigint) {
  return [...new Set(partitions.map(({ topic }) => topic))].map((name) => ({
    name,
    partitions: partitions
      .filter(({ topic }) => topic === name)
      .map(({ partition }) => ({ partitionIndex: partition, timestamp })),
  }));
}

/** What a group has committed in a topic; partitions without a commit are left out. */
export function committedOffsets(
  context: AdminContext,
  { group, topic }: { readonly group: string; readonly topic: string },
  wait: WaitOptions = {},
): Promise<readonly PartitionOffset[]> {
  const { cluster, coordinators } = context;
  const of = { kind: 'group', key: group } as const;
  const what = {
    operation: `committed offsets of group "${group}"`,
    topic,
    group,
    wait,
    onFailure: () => coordinators.forget(of),
  };
  return insist(context, what, async (attempt) => {
    const { topic: facts } = await cluster.look(topic);
    if (facts === undefined) throw topicMissing(topic);
    const link = await coordinators.link(of, attempt);
    const partitionIndexes = facts.partitions.map((_, partition) => partition);
    const answer = await link.request(
      messages.offsetFetch,
      ({ version }) => {
        const topics = [{ name: topic, topicId: facts.id, partitionIndexes }];
        return version > oneGroup ? { groups: [{ groupId: group, topics }] } : { groupId: group, topics };
      },
      facts.id === zeroUuid ? { cap: namedTopics } : {},
    );
    const told = answer.groups[0] ?? answer;
    if (told.errorCode !== errorCodes.NONE) throw codeError(told.errorCode, attempt);
    return committedIn(told.topics, topic);
  });
}

type ToldTopics = readonly Pick<ResponseOf<typeof messages.offsetFetch>['topics'][number], 'partitions' | 'name'>[];

function committedIn(topics: ToldTopics, topic: string): readonly PartitionOffset[] {
  return topics
    .flatMap(({ partitions }) => partitions)
    .map(({ partitionIndex, committedOffset }) => ({
      topic,
      partition: partitionIndex,
      offset: Number(committedOffset),
    }))
    .filter(({ offset }) => offset >= 0)
    .sort((one, other) => one.partition - other.partition);
}
