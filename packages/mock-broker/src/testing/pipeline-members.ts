import { encodeConsumerAssignment, errorCodes, messages } from '@eventstream/kafka-protocol';
import type { ChaosWorld } from '../chaos/run.ts';
import { placesIn } from '../groups/classic/assigned-places.ts';
import { subscription } from './group-member.ts';
import type { MemoryClient } from './memory-client.ts';
import { check } from './pipeline.ts';

const groupId = 'pipeline';
const { FENCED_MEMBER_EPOCH, MEMBER_ID_REQUIRED, UNKNOWN_MEMBER_ID } = errorCodes;
const fenced = new Set<number>([FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID]);
const SESSION_MS = 6000;
/** Below what a client waits for an answer. */
const REBALANCE_MS = 3000;

/** A member of the pipeline's group, in one of the protocols. */
export type PipelineMember = {
  /** The partitions of `in` it may work on. */
  readonly partitions: readonly number[];
  readonly claim: { readonly memberId: string; readonly generationId: number };
  /** Joins, or stays; throws when it has to begin anew, and then joins at the next call. */
  stay(): Promise<void>;
  leave(): Promise<void>;
};

const coordinator = ({ broker }: ChaosWorld): number => broker.coordinatorOf(groupId);

/** Of the classic protocol: the member that leads gives every partition to somebody. */
export function classicMember(world: ChaosWorld, client: MemoryClient): PipelineMember {
  let [memberId, generationId] = ['', -1];
  let partitions: readonly number[] = [];
  let isIn = false;

  async function join(): Promise<void> {
    const protocols = [{ name: 'range', metadata: subscription('in') }];
    const times = { sessionTimeoutMs: SESSION_MS, rebalanceTimeoutMs: REBALANCE_MS };
    const request = { groupId, memberId, protocolType: 'consumer', protocols, ...times };
    const answer = await client.call(messages.joinGroup, { node: coordinator(world), version: 5 }, request);
    if (answer.errorCode === MEMBER_ID_REQUIRED) memberId = answer.memberId;
    if (answer.errorCode === UNKNOWN_MEMBER_ID) memberId = '';
    check(answer.errorCode);
    [memberId, generationId] = [answer.memberId, answer.generationId];
    const ids = answer.members.map((one) => one.memberId).sort();
    const assignments = ids.map((id, at) => ({ memberId: id, assignment: planFor(world, at, ids.length) }));
    const claim = { groupId, memberId, generationId, assignments };
    const synced = await client.call(messages.syncGroup, { node: coordinator(world), version: 3 }, claim);
    check(synced.errorCode);
    partitions = placesIn(synced.assignment).map((place) => Number(place.slice('in-'.length)));
    isIn = true;
  }

  return {
    get partitions() {
      return partitions;
    },
    get claim() {
      return { memberId, generationId };
    },
    async stay() {
      if (!isIn) return join();
      const claim = { groupId, memberId, generationId };
      const { errorCode } = await client.call(messages.heartbeat, { node: coordinator(world), version: 3 }, claim);
      if (errorCode === 0) return;
      [isIn, partitions] = [false, []];
      // Whoever was put out comes back as somebody else.
      if (errorCode === UNKNOWN_MEMBER_ID) memberId = '';
      check(errorCode);
    },
    async leave() {
      await client.call(messages.leaveGroup, { node: coordinator(world), version: 1 }, { groupId, memberId });
    },
  };
}

function planFor({ broker }: ChaosWorld, at: number, of: number): Buffer {
  const all = broker.topic('in').partitions.map(({ index }) => index);
  const partitions = all.filter((index) => index % of === at);
  return Buffer.from(encodeConsumerAssignment(0, { assignedPartitions: [{ topic: 'in', partitions }] }));
}

/** Of KIP-848: the broker says who has what, and a member says what it still has. */
export function modernMember(world: ChaosWorld, client: MemoryClient, memberId: string): PipelineMember {
  let epoch = 0;
  /** A lost answer may have had an assignment: only who leaves nothing out is told it again. */
  let saysAll = true;
  let held: { topicId: string; partitions: number[] }[] = [];

  async function beat(memberEpoch: number): Promise<void> {
    const whole = saysAll ? { rebalanceTimeoutMs: REBALANCE_MS, subscribedTopicNames: ['in'] } : {};
    const request = { groupId, memberId, memberEpoch, topicPartitions: held, ...whole };
    saysAll = true;
    const target = { node: coordinator(world), version: 1 };
    const answer = await client.call(messages.consumerGroupHeartbeat, target, request);
    if (answer.errorCode !== 0) {
      // Whoever was fenced gives up all it has and begins anew; an error that may pass changes nothing.
      if (fenced.has(answer.errorCode)) [epoch, held] = [0, []];
      check(answer.errorCode);
    }
    saysAll = false;
    epoch = answer.memberEpoch;
    if (answer.assignment) held = answer.assignment.topicPartitions.map((one) => ({ ...one }));
  }

  return {
    get partitions() {
      return held.flatMap(({ partitions }) => partitions);
    },
    get claim() {
      return { memberId, generationId: epoch };
    },
    stay: () => beat(epoch),
    leave: () => beat(-1),
  };
}
