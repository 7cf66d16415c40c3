import { randomBytes } from 'node:crypto';
import {
  EventstreamError,
  isEventstreamError,
  type PartitionOffset,
  type TopicPartition,
  within,
} from '@eventstream/core';
import { errorCodes, errorInfo, messages, type ResponseOf } from '@eventstream/kafka-protocol';
import { codeError } from '../errors/code-error.ts';
import { type GroupContext, GroupLink } from './group-context.ts';
import { type Holding, holdingOf, isSameHolding, nothingHeld, type TopicIdPartitions } from './holding.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Membership, MembershipEvents } from './membership.ts';
import { type Committer, commitOffsets, fetchCommitted } from './offsets.ts';
import { Patience } from './patience.ts';

type Answer = ResponseOf<typeof messages.consumerGroupHeartbeat>;

/** Epochs with a meaning of their own: a member joins, leaves, leaves for a while as a static member. */
const epochs = { join: 0, leave: -1, leaveForAWhile: -2 } as const;
/** The coordinator thinks for a moment after a change, so a member looks in soon after one, then less and less often. */
const firstLookMs = 100;
/** From this version on members choose their id (KIP-1082). */
const ownId = 1;
/** How many heartbeats without an answer a connection is given. */
const unansweredBeats = 4;

/** What a coordinator says that no longer counts a member as it was. */
const fencing: readonly number[] = [errorCodes.FENCED_MEMBER_EPOCH, errorCodes.UNKNOWN_MEMBER_ID];

/**
 * A member of a consumer group whose partitions the coordinator shares out (KIP-848). A heartbeat says what the member holds, its
 * answer what it may hold: what moves is given up first, acknowledged, and only then received by another member.
 */
export class ModernMembership implements Membership {
  readonly #context: GroupContext;
  readonly #events: MembershipEvents;
  readonly #link: GroupLink;
  readonly #life: Lifecycle;
  #memberId = '';
  #epoch: number = epochs.join;
  #holding = nothingHeld;
  /** What may be held by the last answer that said so. */
  #told: readonly TopicIdPartitions[] = [];
  /** The next heartbeat leaves nothing out: the one before was perhaps not heard. */
  #full = true;
  #acknowledged: Holding = nothingHeld;
  #joined = false;

  constructor(context: GroupContext, events: MembershipEvents) {
    this.#context = context;
    this.#events = events;
    this.#link = new GroupLink(context);
    this.#life = new Lifecycle(context, this.#link, {
      live: () => this.#live(),
      lost: () => this.#lose(),
      failed: (error) => events.onError(error),
    });
  }

  start(): Promise<void> {
    return this.#life.start();
  }

  get identity(): Committer {
    const { group, instanceId } = this.#context;
    return { group, instanceId, memberId: this.#memberId, generation: this.#epoch };
  }

  async commit(offsets: readonly PartitionOffset[], isOwned: () => boolean): Promise<void> {
    const attempt = this.#link.attempt('commit of', this.#epoch);
    try {
      // With every try anew, as the epoch may have risen: to the coordinator, whoever has the newest one may commit anything.
      await this.#link.insist(attempt, () => {
        if (!this.#joined || !isOwned()) throw codeError(errorCodes.FENCED_MEMBER_EPOCH, attempt);
        return commitOffsets(this.#link, this.identity, offsets);
      });
    } catch (error) {
      if (isEventstreamError(error, 'fenced')) this.#life.nudge();
      throw error;
    }
  }

  committed(partitions: readonly TopicPartition[]): Promise<readonly (number | undefined)[]> {
    return this.#link.insist(this.#link.attempt('committed offsets of', this.#epoch), () =>
      fetchCommitted(this.#link, this.identity, partitions),
    );
  }

  async close(timeoutMs: number): Promise<void> {
    const { clock, cluster, group, instanceId } = this.#context;
    const isMember = this.#joined;
    this.#life.close();
    if (isMember) {
      const memberEpoch = instanceId === null ? epochs.leave : epochs.leaveForAWhile;
      const goodbye = { groupId: group, memberId: this.#memberId, memberEpoch, instanceId };
      await within(this.#link.ask(messages.consumerGroupHeartbeat, goodbye), timeoutMs, clock);
    }
    cluster.brokers.release(`group ${group}`);
  }

  async #live(): Promise<void> {
    this.#epoch = epochs.join;
    this.#full = true;
    this.#told = [];
    const { clock, sessionTimeoutMs } = this.#context;
    const patience = new Patience(clock, sessionTimeoutMs);
    let intervalMs = 0;
    for (let looks = 0; !this.#life.closing; looks += 1) {
      const epoch = this.#epoch;
      const isFull: boolean = this.#full;
      try {
        const answer = await patience.through(() => this.#beat(intervalMs));
        if (this.#life.closing) return;
        intervalMs = answer.heartbeatIntervalMs;
        await this.#take(answer);
      } catch (error) {
        // The partitions stay: another connection, or another coordinator, may count this member as before.
        if (!this.#joined || this.#life.closing || !patience.allows(error)) throw error;
        this.#full = true;
        this.#link.forget();
      }
      if (epoch !== this.#epoch || isFull !== this.#full) looks = 0;
      if (!this.#hasNews) await this.#life.rest(Math.min(firstLookMs * 2 ** looks, intervalMs));
    }
  }

  get #hasNews(): boolean {
    return this.#joined && !this.#full && !isSameHolding(this.#acknowledged, this.#holding);
  }

  async #beat(intervalMs: number): Promise<Answer> {
    const { requestTimeoutMs } = this.#context;
    const holding = this.#holding;
    const timeoutMs = this.#joined ? Math.min(requestTimeoutMs, unansweredBeats * intervalMs) : requestTimeoutMs;
    const answer = await this.#link.ask(
      messages.consumerGroupHeartbeat,
      ({ version }) => this.#heartbeat(version, holding),
      { timeoutMs },
    );
    this.#judge(answer);
    this.#full = false;
    this.#acknowledged = holding;
    this.#memberId = answer.memberId ?? this.#memberId;
    this.#epoch = answer.memberEpoch;
    return answer;
  }

  #heartbeat(version: number, { byId }: Holding) {
    const { group, instanceId, rebalanceTimeoutMs, topics, serverAssignor, fetch } = this.#context;
    if (this.#memberId === '' && version >= ownId) this.#memberId = randomBytes(16).toString('base64url');
    const said = { groupId: group, memberId: this.#memberId, memberEpoch: this.#epoch, instanceId };
    const topicPartitions = byId.map(({ topicId, partitions }) => ({ topicId, partitions: [...partitions] }));
    if (!this.#full) return isSameHolding(this.#acknowledged, this.#holding) ? said : { ...said, topicPartitions };
    const subscribedTopicNames = [...topics];
    const rackId = fetch.rack === '' ? null : fetch.rack;
    return { ...said, rackId, rebalanceTimeoutMs, subscribedTopicNames, serverAssignor, topicPartitions };
  }

  /** Takes up what an answer says this member may hold. */
  async #take({ assignment }: Answer): Promise<void> {
    const { cluster, topics } = this.#context;
    if (assignment !== null) this.#told = assignment.topicPartitions;
    if (this.#joined && assignment === null && this.#holding.unknown === 0) return;
    const holding = await holdingOf(this.#told, cluster, topics);
    if (this.#life.closing) return;
    const isNews = !(this.#joined && isSameHolding(holding, this.#holding));
    this.#holding = holding;
    this.#joined = true;
    this.#life.accepted();
    if (isNews) this.#events.onAssignment(holding.partitions, true);
  }

  #lose(): void {
    this.#holding = nothingHeld;
    this.#acknowledged = nothingHeld;
    if (!this.#joined) return;
    this.#joined = false;
    this.#events.onRevoked();
  }

  #judge({ errorCode, errorMessage }: Answer): void {
    if (errorCode === errorCodes.NONE) return;
    const { group, ...attempt } = this.#link.attempt('join', this.#epoch);
    const isGone = errorCode === errorCodes.GROUP_ID_NOT_FOUND && this.#epoch > epochs.join;
    if (isGone || fencing.includes(errorCode))
      throw codeError(errorCodes.FENCED_MEMBER_EPOCH, { ...attempt, group: group ?? '' });
    if (errorCode === errorCodes.UNRELEASED_INSTANCE_ID) throw unreleased(attempt.operation, this.#context.instanceId);
    throw codeError(errorCode, attempt, errorMessage);
  }
}

/** The instance id belongs to a member that has not left: it may still, or its session may end. */
function unreleased(operation: string, instanceId: string | null): EventstreamError {
  const { name, message } = errorInfo(errorCodes.UNRELEASED_INSTANCE_ID);
  return new EventstreamError('broker-refused', {
    message: `${operation} was refused with ${name}: ${message} ("${instanceId}"). Stop the other process, or give each its own groupInstanceId.`,
    facts: { operation, kafkaCode: name },
    retriable: true,
  });
}
