import { messages, type RequestInput } from '@eventstream/kafka-protocol';
import type { ClusterUnderTest, Sender } from './cluster-under-test.ts';
import { errorName } from './transactional-producer.ts';

type Heartbeat = RequestInput<typeof messages.consumerGroupHeartbeat>;
type Wish = Partial<Heartbeat> & { readonly sender?: Partial<Sender> };

/** Speaks the raw consumer protocol for one member of group `g`: it remembers its epoch and takes what it is given. */
export function modernMember(under: ClusterUnderTest, memberId: string, { sender: via, ...defaults }: Wish = {}) {
  const sender = { version: 1, ...via };
  const member = {
    memberId,
    epoch: 0,
    /** `topic index` of what it holds; a test may change it to give up less, or more slowly. */
    held: [] as { topicId: string; partitions: number[] }[],
    async send(request: Partial<Heartbeat>) {
      const whole = { groupId: 'g', memberId, memberEpoch: member.epoch, ...request };
      const answer = await under.call(messages.consumerGroupHeartbeat, sender, whole);
      if (answer.errorCode === 0) {
        member.epoch = answer.memberEpoch;
        if (answer.assignment) member.held = answer.assignment.topicPartitions.map((one) => ({ ...one }));
      }
      return answer;
    },
    join: (request: Partial<Heartbeat> = {}) =>
      member.send({
        memberEpoch: 0,
        rebalanceTimeoutMs: 60_000,
        topicPartitions: [],
        subscribedTopicNames: ['t'],
        ...defaults,
        ...request,
      }),
    /** Says that it is there and what it holds. */
    beat: (request: Partial<Heartbeat> = {}) =>
      member.send({ topicPartitions: member.held, instanceId: defaults.instanceId ?? null, ...request }),
    leave: (memberEpoch = -1) => member.send({ memberEpoch, instanceId: defaults.instanceId ?? null }),
    /** Partitions of its topics, in order. */
    get partitions() {
      return member.held.flatMap(({ partitions }) => partitions);
    },
    async commit(
      offset: bigint,
      more: { epoch?: number; partition?: number; version?: number; memberId?: string } = {},
    ) {
      const { epoch = member.epoch, partition = 0, version = 9 } = more;
      const partitions = [{ partitionIndex: partition, committedOffset: offset, committedMetadata: '' }];
      const claim = { groupId: 'g', memberId: more.memberId ?? memberId, generationIdOrMemberEpoch: epoch };
      const answer = await under.call(
        messages.offsetCommit,
        { version },
        { ...claim, topics: [{ name: 't', partitions }] },
      );
      return errorName(answer.topics[0]!.partitions[0]!.errorCode);
    },
  };
  return member;
}

/** What ConsumerGroupDescribe tells of group `g`. */
export async function describeModern(under: ClusterUnderTest, version = 1, groupId = 'g') {
  const request = { groupIds: [groupId], includeAuthorizedOperations: false };
  return (await under.call(messages.consumerGroupDescribe, { version }, request)).groups[0]!;
}
