import type { ErrorName } from '@eventstream/kafka-protocol';
import type { Observers } from '../observers.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { ClassicGroup } from './classic/group.ts';
import { type Claim, identify } from './classic/presence.ts';
import { type CommittedOffset, OffsetStore } from './offsets.ts';

/** A group and what it has committed. */
export type Group = { readonly id: string; readonly classic: ClassicGroup; readonly offsets: OffsetStore };

/** What the coordinator needs. */
export type CoordinatorOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly observers: Observers;
  readonly initialRebalanceDelayMs: number;
};

/** All groups of the cluster. Which node may answer for one is the topology's business, so moving it moves no state. */
export class GroupCoordinator {
  readonly #groups = new Map<string, Group>();
  readonly #options: CoordinatorOptions;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
  }

  list(): Group[] {
    return [...this.#groups.values()];
  }

  find(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  /** The group of that name, made now if there is none. */
  open(id: string): Group {
    const known = this.#groups.get(id);
    if (known) return known;
    const { clock, initialRebalanceDelayMs, random, observers } = this.#options;
    const classic = new ClassicGroup(id, {
      clock,
      initialRebalanceDelayMs,
      newMemberId: (prefix) => `${prefix}-${random.uuid()}`,
      onChange: ({ state, generationId, members }) =>
        observers.emit('group', { groupId: id, state, generationId, members: members.size }),
    });
    const group = { id, classic, offsets: new OffsetStore() };
    this.#groups.set(id, group);
    return group;
  }

  /** Deletes a group nobody is in, with its offsets. */
  delete(id: string): ErrorName {
    const group = this.#groups.get(id);
    if (!group) return 'GROUP_ID_NOT_FOUND';
    if (group.classic.state !== 'Empty') return 'NON_EMPTY_GROUP';
    group.classic.die();
    this.#groups.delete(id);
    return 'NONE';
  }

  /** Whether the one who makes `claim` may commit: a member of this generation, or anybody while nobody is in the group. */
  judgeCommit(id: string, claim: Claim): ErrorName {
    const classic = this.#groups.get(id)?.classic;
    const outsider = claim.generationId < 0 && claim.memberId === '' && claim.groupInstanceId === null;
    if (!classic) return outsider ? 'NONE' : 'ILLEGAL_GENERATION';
    if (outsider) return classic.state === 'Empty' ? 'NONE' : 'UNKNOWN_MEMBER_ID';
    const member = identify(classic, claim);
    if (typeof member === 'string') return member;
    if (classic.state === 'CompletingRebalance') return 'REBALANCE_IN_PROGRESS';
    if (!member.awaitsJoin) classic.touch(member);
    return 'NONE';
  }

  commit(id: string, entry: CommittedOffset): void {
    this.open(id).offsets.commit(entry);
    this.#announce(id, entry);
  }

  /**
   * Whether a transaction may hold offsets for the group. Who names neither member nor generation is not checked: that
   * came with KIP-447, and transactional producers fence one another without it.
   */
  judgeTransactionalCommit(id: string, claim: Claim): ErrorName {
    const classic = this.#groups.get(id)?.classic;
    if (!classic) return claim.generationId < 0 ? 'NONE' : 'ILLEGAL_GENERATION';
    if (claim.generationId < 0 && classic.state === 'Empty') return 'NONE';
    if (claim.generationId < 0 && claim.memberId === '' && claim.groupInstanceId === null) return 'NONE';
    const member = identify(classic, claim);
    return typeof member === 'string' ? member : 'NONE';
  }

  /** Keeps an offset for the end of a producer's transaction. */
  hold(id: string, producerId: bigint, entry: CommittedOffset): void {
    this.open(id).offsets.hold(producerId, entry);
  }

  /** Tells the group how a producer's transaction ended. */
  decide(id: string, producerId: bigint, isCommitted: boolean): void {
    for (const entry of this.#groups.get(id)?.offsets.decide(producerId, isCommitted) ?? []) this.#announce(id, entry);
  }

  /** Offsets of a deleted topic must not be found by a later topic of the same name. */
  forgetTopic(topic: string): void {
    for (const { offsets } of this.#groups.values()) offsets.deleteTopic(topic);
  }

  #announce(id: string, { topic, partition, offset }: CommittedOffset): void {
    const { observers } = this.#options;
    if (!observers.has('commit')) return;
    observers.emit('commit', { groupId: id, topic, partition, offset: Number(offset) });
  }
}
