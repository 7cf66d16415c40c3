import {
  backoffDelay,
  EventstreamError,
  isEventstreamError,
  type PartitionOffset,
  sleep,
  type TopicPartition,
  type Undo,
} from '@eventstream/core';
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
import { toEventstreamError } from '../errors/to-eventstream.ts';
import { within } from '../within.ts';
import type { Assignor } from './assignors/assignor.ts';
import { type GroupContext, GroupLink } from './group-context.ts';
import type { Membership, MembershipEvents } from './membership.ts';
import { type Committer, commitOffsets, fetchCommitted } from './offsets.ts';

type JoinAnswer = ResponseOf<typeof messages.joinGroup>;

const restarts = { initialMs: 50, maxMs: 5000, jitter: 0.5 };
/** Members look in at least this often, so that a rebalance is noticed soon. */
const mostHeartbeatMs = 1000;
/** JoinGroup is answered when all members have joined, or the rebalance timeout is over. */
const joinGraceMs = 5000;
/** Subscriptions say what is owned (KIP-429). */
const subscriptionVersion = 1;

/** A member of a classic group: one of the members, the leader, shares the partitions out. */
export class ClassicMembership implements Membership {
  readonly #context: GroupContext;
  readonly #events: MembershipEvents;
  readonly #assignors: readonly Assignor[];
  readonly #link: GroupLink;
  readonly #closing = new AbortController();
  readonly #started = deferred();
  #memberId = '';
  #generation = -1;
  #joined = false;
  #running: Promise<void> | undefined;
  #nudge: () => void = () => undefined;
  #everJoined = false;

  constructor(context: GroupContext, events: MembershipEvents, assignors: readonly Assignor[]) {
    this.#context = context;
    this.#events = events;
    this.#assignors = assignors;
    this.#link = new GroupLink(context);
  }

  start(): Promise<void> {
    this.#running ??= this.#live();
    return this.#started.promise;
  }

  get identity(): Committer {
    const { group, instanceId } = this.#context;
    return { group, instanceId, memberId: this.#memberId, generation: this.#generation };
  }

  async commit(offsets: readonly PartitionOffset[]): Promise<void> {
    const { identity } = this;
    const { generation } = identity;
    const attempt = this.#link.attempt('commit of', generation);
    try {
      await this.#link.insist(attempt, () => {
        if (!this.#joined || generation !== this.#generation) throw codeError(errorCodes.ILLEGAL_GENERATION, attempt);
        return commitOffsets(this.#link, identity, offsets);
      });
    } catch (error) {
      if (isEventstreamError(error, 'fenced') && generation === this.#generation) this.#nudge();
      throw error;
    }
  }

  committed(partitions: readonly TopicPartition[]): Promise<readonly (number | undefined)[]> {
    const { group } = this.#context;
    return this.#link.insist(this.#link.attempt('committed offsets of', this.#generation), () =>
      fetchCommitted(this.#link, { group }, partitions),
    );
  }

  async close(timeoutMs: number): Promise<void> {
    const { clock, instanceId } = this.#context;
    this.#closing.abort();
    this.#nudge();
    this.#started.reject(
      new EventstreamError('closed', { message: 'The subscription was closed.', facts: { what: 'subscription' } }),
    );
    this.#revoke();
    // A static member stays: who leaves a group on every restart would not need to be static (KIP-345).
    if (this.#memberId !== '' && instanceId === null) await within(this.#leave(), timeoutMs, clock);
    this.#context.cluster.brokers.release(`group ${this.#context.group}`);
  }

  async #live(): Promise<void> {
    const { clock, random, requestTimeoutMs } = this.#context;
    const deadline = clock.elapsed() + requestTimeoutMs;
    for (let failures = 0; !this.#closing.signal.aborted; ) {
      try {
        await this.#join();
        failures = 0;
        await this.#stay();
        this.#revoke();
      } catch (thrown) {
        if (this.#closing.signal.aborted) return;
        this.#revoke();
        const error = toEventstreamError(thrown, this.#link.attempt('join', this.#generation));
        const passing = error.retriable || error.code === 'fenced';
        if (!passing || (!this.#everJoined && clock.elapsed() > deadline)) {
          this.#started.reject(error);
          if (this.#everJoined) this.#events.onError(error);
          return;
        }
        this.#link.forget();
        if (error.code !== 'fenced' && this.#everJoined) this.#events.onError(error);
        failures += 1;
        await sleep(backoffDelay(failures, restarts, random), clock, this.#closing.signal).catch(() => undefined);
      }
    }
  }

  /** Joins, is told or tells the assignment, and takes it up. */
  async #join(): Promise<void> {
    const answer = await this.#askToJoin();
    this.#memberId = answer.memberId;
    this.#generation = answer.generationId;
    const { group, instanceId } = this.#context;
    const assignments = answer.leader === answer.memberId && !answer.skipAssignment ? await this.#share(answer) : [];
    const synced = await this.#link.ask(messages.syncGroup, ({ version }) => ({
      groupId: group,
      generationId: answer.generationId,
      memberId: answer.memberId,
      ...(version >= 3 ? { groupInstanceId: instanceId } : {}),
      ...(version >= 5 ? { protocolType: 'consumer', protocolName: answer.protocolName } : {}),
      assignments,
    }));
    this.#judge(synced.errorCode);
    const { assignedPartitions } =
      synced.assignment.length === 0 ? { assignedPartitions: [] } : decodeConsumerAssignment(synced.assignment);
    const assigned = assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    if (this.#closing.signal.aborted) return;
    this.#joined = true;
    this.#everJoined = true;
    this.#started.resolve();
    this.#events.onAssignment(assigned, false);
  }

  async #askToJoin(): Promise<JoinAnswer> {
    const { group, sessionTimeoutMs, rebalanceTimeoutMs, instanceId, topics } = this.#context;
    const metadata = encodeConsumerSubscription(subscriptionVersion, { topics: [...topics], ownedPartitions: [] });
    const timeoutMs = rebalanceTimeoutMs + joinGraceMs;
    for (;;) {
      const answer = await this.#link.ask(
        messages.joinGroup,
        ({ version }) => ({
          groupId: group,
          sessionTimeoutMs,
          rebalanceTimeoutMs,
          memberId: this.#memberId,
          ...(version >= 5 ? { groupInstanceId: instanceId } : {}),
          protocolType: 'consumer',
          protocols: this.#assignors.map(({ name }) => ({ name, metadata })),
        }),
        { timeoutMs },
      );
      // KIP-394: the broker gives the id first, so that a member whose answer was lost leaves no ghost behind.
      if (answer.errorCode !== errorCodes.MEMBER_ID_REQUIRED) {
        this.#judge(answer.errorCode);
        return answer;
      }
      this.#memberId = answer.memberId;
    }
  }

  /** Shares the partitions out, as the leader. */
  async #share({ members, protocolName }: JoinAnswer) {
    const assignor = this.#assignors.find(({ name }) => name === protocolName);
    if (assignor === undefined) throw codeError(errorCodes.INCONSISTENT_GROUP_PROTOCOL, this.#link.attempt('join'));
    const known = members.map(({ memberId, groupInstanceId, metadata }) => {
      const { topics, ownedPartitions, generationId } = decodeConsumerSubscription(metadata);
      const owned = ownedPartitions.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      return { id: memberId, instanceId: groupInstanceId, topics, owned, generation: generationId };
    });
    const partitions = new Map<string, number>();
    for (const topic of [...new Set(known.flatMap(({ topics }) => topics))].sort()) {
      const { topic: facts } = await this.#context.cluster.look(topic);
      partitions.set(topic, facts?.partitions.length ?? 0);
    }
    const assigned = assignor.assign({ members: known, partitions });
    return Array.from(assigned, ([memberId, mine]) => ({
      memberId,
      assignment: encodeConsumerAssignment(0, { assignedPartitions: byTopic(mine) }),
    }));
  }

  /** Keeps the membership alive. Resolves when the group rebalances; rejects when this member is not counted any more. */
  async #stay(): Promise<void> {
    const { sessionTimeoutMs, group, instanceId, cluster } = this.#context;
    const interval = Math.min(mostHeartbeatMs, sessionTimeoutMs / 3);
    const counts = this.#countPartitions();
    let changed = false;
    const stopWatching = cluster.onChange(() => {
      if (this.#countPartitions() === counts) return;
      changed = true;
      this.#nudge();
    });
    try {
      for (;;) {
        await this.#rest(interval);
        if (this.#closing.signal.aborted || changed) return;
        const { errorCode } = await this.#link.ask(
          messages.heartbeat,
          ({ version }) => ({
            groupId: group,
            generationId: this.#generation,
            memberId: this.#memberId,
            ...(version >= 3 ? { groupInstanceId: instanceId } : {}),
          }),
          { timeoutMs: sessionTimeoutMs },
        );
        if (errorCode === errorCodes.REBALANCE_IN_PROGRESS) return;
        this.#judge(errorCode);
      }
    } finally {
      stopWatching();
    }
  }

  /** Waits for the next heartbeat, or until something needs to be looked at. */
  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      let cancel: Undo = () => undefined;
      this.#nudge = () => {
        cancel();
        this.#nudge = () => undefined;
        resolve();
      };
      cancel = this.#context.clock.after(ms, () => this.#nudge());
    });
  }

  #countPartitions(): string {
    const { topics, cluster } = this.#context;
    return topics.map((topic) => cluster.topics.find(topic)?.partitions.length ?? 0).join();
  }

  /** Takes notice of a refusal: what it says about this member, and throws it. */
  #judge(errorCode: number): void {
    if (errorCode === errorCodes.NONE) return;
    if (errorCode === errorCodes.UNKNOWN_MEMBER_ID) this.#memberId = '';
    const { group, ...attempt } = this.#link.attempt('join', this.#generation);
    // Another process has this instance id: joining again would take it back, and so on for ever.
    const isFinal = errorCode === errorCodes.FENCED_INSTANCE_ID;
    throw codeError(errorCode, isFinal || group === undefined ? attempt : { ...attempt, group });
  }

  #revoke(): void {
    if (!this.#joined) return;
    this.#joined = false;
    this.#events.onRevoked();
  }

  async #leave(): Promise<void> {
    const { group } = this.#context;
    const memberId = this.#memberId;
    await this.#link
      .ask(messages.leaveGroup, ({ version }) =>
        version >= 3 ? { groupId: group, members: [{ memberId }] } : { groupId: group, memberId, members: [] },
      )
      .catch(() => undefined);
  }
}

function byTopic(partitions: readonly TopicPartition[]) {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  return Array.from(topics, ([topic, indexes]) => ({ topic, partitions: indexes }));
}

function deferred() {
  let settle: { resolve(): void; reject(error: unknown): void } | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => undefined);
  return { promise, ...(settle as NonNullable<typeof settle>) };
}
