import { isEventstreamError, type PartitionOffset, type TopicPartition, within } from '@eventstream/core';
import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { codeError } from '../errors/code-error.ts';
import { type Assignor, nothingBefore, type Previous } from './assignors/assignor.ts';
import { ClassicJoin } from './classic-join.ts';
import { type GroupContext, GroupLink } from './group-context.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Membership, MembershipEvents } from './membership.ts';
import { type Committer, commitOffsets, fetchCommitted } from './offsets.ts';
import { Patience } from './patience.ts';

/** Members look in at least this often, so that a rebalance is noticed soon. */
const mostHeartbeatMs = 1000;
const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/** A member of a classic group: one of the members, the leader, shares the partitions out. */
export class ClassicMembership implements Membership {
  readonly #context: GroupContext;
  readonly #events: MembershipEvents;
  readonly #link: GroupLink;
  readonly #joining: ClassicJoin;
  readonly #life: Lifecycle;
  /** Members keep what they have while the group rebalances, if all they can speak lets them (KIP-429). */
  readonly #cooperative: boolean;
  #memberId = '';
  #generation = -1;
  #joined = false;
  #previous = nothingBefore;

  constructor(context: GroupContext, events: MembershipEvents, assignors: readonly Assignor[]) {
    this.#context = context;
    this.#events = events;
    this.#link = new GroupLink(context);
    this.#joining = new ClassicJoin(context, this.#link, assignors);
    this.#cooperative = assignors.every(({ cooperative }) => cooperative);
    this.#life = new Lifecycle(context, this.#link, {
      live: () => this.#live(),
      lost: () => this.#revoke(),
      failed: (error) => events.onError(error),
    });
  }

  start(): Promise<void> {
    return this.#life.start();
  }

  get identity(): Committer {
    const { group, instanceId } = this.#context;
    return { group, instanceId, memberId: this.#memberId, generation: this.#generation };
  }

  async commit(offsets: readonly PartitionOffset[], isOwned: () => boolean): Promise<void> {
    const generation = this.#generation;
    const attempt = this.#link.attempt('commit of', generation);
    try {
      await this.#link.insist(attempt, () => {
        if (!this.#joined || !isOwned()) throw codeError(errorCodes.ILLEGAL_GENERATION, attempt);
        return commitOffsets(this.#link, this.identity, offsets);
      });
    } catch (error) {
      if (isEventstreamError(error, 'fenced') && generation === this.#generation) this.#life.nudge();
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
    const { clock, instanceId, cluster, group } = this.#context;
    this.#life.close();
    // A static member stays: who leaves a group on every restart would not need to be static (KIP-345).
    if (this.#memberId !== '' && instanceId === null) await within(this.#leave(), timeoutMs, clock);
    cluster.brokers.release(`group ${group}`);
  }

  async #live(): Promise<void> {
    await this.#join();
    while (!this.#life.closing) {
      await this.#stay();
      if (this.#life.closing) return;
      if (!this.#cooperative) this.#revoke();
      await this.#join();
    }
  }

  /** Joins and takes the assignment up; again, when something had to be given up for others to get it. */
  async #join(): Promise<void> {
    for (let again = true; again && !this.#life.closing; ) {
      const owned = this.#joined ? this.#previous : nothingBefore;
      const answer = await this.#askToJoin(owned);
      if (this.#life.closing) return;
      this.#memberId = answer.memberId;
      this.#generation = answer.generationId;
      const { errorCode, partitions } = await this.#joining.sync(answer);
      if (errorCode === errorCodes.REBALANCE_IN_PROGRESS) continue;
      this.#judge(errorCode);
      if (this.#life.closing) return;
      this.#joined = true;
      this.#previous = { partitions, generation: answer.generationId };
      this.#life.accepted();
      this.#events.onAssignment(partitions, this.#cooperative);
      const mine = new Set(partitions.map(keyOf));
      again = this.#cooperative && !owned.partitions.every((one) => mine.has(keyOf(one)));
    }
  }

  async #askToJoin(owned: Previous) {
    for (;;) {
      const answer = await this.#joining.join({ memberId: this.#memberId, owned, previous: this.#previous });
      // KIP-394: the broker gives the id first, so that a member whose answer was lost leaves no ghost behind.
      if (answer.errorCode !== errorCodes.MEMBER_ID_REQUIRED) {
        this.#judge(answer.errorCode);
        return answer;
      }
      this.#memberId = answer.memberId;
    }
  }

  /** Keeps the membership alive. Resolves when the group rebalances; rejects when this member is not counted any more. */
  async #stay(): Promise<void> {
    const { sessionTimeoutMs, cluster, clock } = this.#context;
    const interval = Math.min(mostHeartbeatMs, sessionTimeoutMs / 3);
    const patience = new Patience(clock, sessionTimeoutMs);
    const counts = this.#countPartitions();
    let changed = false;
    const stopWatching = cluster.onChange(() => {
      if (this.#countPartitions() === counts) return;
      changed = true;
      this.#life.nudge();
    });
    try {
      for (;;) {
        await this.#life.rest(interval);
        if (this.#life.closing || changed) return;
        if ((await this.#beat(patience)) === 'rebalance') return;
      }
    } finally {
      stopWatching();
    }
  }

  async #beat(patience: Patience): Promise<'rebalance' | 'stay'> {
    const { group, instanceId, sessionTimeoutMs, requestTimeoutMs } = this.#context;
    // Half a session, so that there is time for another try if an answer is lost.
    const timeoutMs = Math.min(requestTimeoutMs, sessionTimeoutMs / 2);
    try {
      const errorCode = await patience.through(async () => {
        const answer = await this.#link.ask(
          messages.heartbeat,
          ({ version }) => ({
            groupId: group,
            generationId: this.#generation,
            memberId: this.#memberId,
            ...(version >= 3 ? { groupInstanceId: instanceId } : {}),
          }),
          { timeoutMs },
        );
        this.#judge(answer.errorCode === errorCodes.REBALANCE_IN_PROGRESS ? errorCodes.NONE : answer.errorCode);
        return answer.errorCode;
      });
      if (errorCode === errorCodes.REBALANCE_IN_PROGRESS) return 'rebalance';
    } catch (error) {
      // The partitions stay: another connection, or another coordinator, may count this member as before.
      if (this.#life.closing || !patience.allows(error)) throw error;
      this.#link.forget();
    }
    return 'stay';
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
