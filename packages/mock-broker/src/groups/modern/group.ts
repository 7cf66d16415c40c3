import type { Clock } from '../../time/clock.ts';
import type { Catalog } from '../../topics/catalog.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { GroupSettings } from '../settings.ts';
import type { Assignment, PartitionKey } from './assignment.ts';
import { assignors } from './assignor.ts';
import type { ConsumerMember } from './member.ts';
import { memberAfter } from './member-states.ts';
import { reconcile } from './reconcile.ts';
import { type ModernGroupState, moveModern } from './states.ts';
import { Subscriptions } from './subscriptions.ts';
import { MemberTimers } from './timers.ts';

/** What a group needs from its surroundings. */
export type ConsumerGroupSurroundings = {
  readonly clock: Clock;
  readonly catalog: Catalog;
  readonly settings: GroupSettings;
  readonly newMemberId: () => string;
  readonly onChange: (group: ConsumerGroup) => void;
  /** Called when a member went: the group may have to become a classic one, of the epoch before. */
  readonly afterLeave: (group: ConsumerGroup, epochBefore: number) => void;
};

/** Where a group stands that was not always a consumer group. */
export type Epochs = { readonly groupEpoch: number; readonly assignmentEpoch: number };

/** A group of the consumer protocol (KIP-848): members, epochs, and who is to read what. */
export class ConsumerGroup {
  readonly id: string;
  readonly members = new Map<string, ConsumerMember>();
  readonly timers: MemberTimers;
  readonly subscriptions: Subscriptions;
  readonly surroundings: ConsumerGroupSurroundings;
  readonly #target = new Map<string, Assignment>();
  readonly #owners = new Map<PartitionKey, string>();
  readonly #staticIds = new Map<string, string>();
  #groupEpoch: number;
  #assignmentEpoch: number;
  #state: ModernGroupState = 'Empty';

  constructor(
    id: string,
    surroundings: ConsumerGroupSurroundings,
    epochs: Epochs = { groupEpoch: 1, assignmentEpoch: 0 },
  ) {
    this.id = id;
    this.surroundings = surroundings;
    this.timers = new MemberTimers(surroundings.clock);
    this.subscriptions = new Subscriptions(surroundings.catalog);
    this.#groupEpoch = epochs.groupEpoch;
    this.#assignmentEpoch = epochs.assignmentEpoch;
  }

  get state(): ModernGroupState {
    return this.#state;
  }

  get groupEpoch(): number {
    return this.#groupEpoch;
  }

  get assignmentEpoch(): number {
    return this.#assignmentEpoch;
  }

  /** The assignor most members ask for; without a wish, the cluster's first. */
  get assignorName(): string {
    const votes = new Map<string, number>();
    for (const { serverAssignor } of this.members.values()) {
      if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1);
    }
    const [winner] = [...votes].sort(([, one], [, other]) => other - one);
    return winner?.[0] ?? this.surroundings.settings.assignors[0]!;
  }

  member(id: string): ConsumerMember | Refusal {
    return this.members.get(id) ?? refuse('UNKNOWN_MEMBER_ID', `Member ${id} is not a member of group ${this.id}.`);
  }

  memberOfInstance(instanceId: string): ConsumerMember | undefined {
    return this.members.get(this.#staticIds.get(instanceId) ?? '');
  }

  targetOf(memberId: string): Assignment {
    return this.#target.get(memberId) ?? new Set();
  }

  /** Whether somebody holds the partition, or has not yet given it up. */
  isTaken(key: PartitionKey): boolean {
    return this.#owners.has(key);
  }

  /** Puts a member in, or in the place of what it was. */
  put(member: ConsumerMember): void {
    this.#disown(this.members.get(member.id));
    for (const key of [...member.assigned.keys(), ...member.pendingRevocation.keys()]) {
      const owner = this.#owners.get(key);
      if (owner !== undefined)
        throw new Error(`${key} of group ${this.id} is held by ${owner} and ${member.id} at once`);
      this.#owners.set(key, member.id);
    }
    this.members.set(member.id, member);
    if (member.instanceId !== null) this.#staticIds.set(member.instanceId, member.id);
    this.settle();
  }

  /** Takes a member out; the others get its share with their next heartbeats. */
  remove(member: ConsumerMember): void {
    memberAfter(member.id, this.members.get(member.id)?.state ?? 'Absent', 'leave');
    this.timers.forget(member.id);
    this.#disown(member);
    this.members.delete(member.id);
    this.#target.delete(member.id);
    if (member.instanceId !== null && this.#staticIds.get(member.instanceId) === member.id) {
      this.#staticIds.delete(member.instanceId);
    }
    this.subscriptions.haveChanged(this.members.values());
    this.#groupEpoch += 1;
    this.settle();
  }

  /** As {@link remove}; then the group may be one of classic members only. */
  fence(member: ConsumerMember): void {
    if (this.members.get(member.id) === undefined) return;
    const epochBefore = this.#groupEpoch;
    this.remove(member);
    this.surroundings.afterLeave(this, epochBefore);
  }

  /** A restarted static member takes the place, the target and the partitions of its former self. */
  replace(former: ConsumerMember, member: ConsumerMember): void {
    const target = this.targetOf(former.id);
    this.timers.forget(former.id);
    this.#disown(former);
    this.members.delete(former.id);
    this.#target.delete(former.id);
    this.#target.set(member.id, target);
    this.put(member);
  }

  /** Raises the group's epoch if what is subscribed to changed, and plans anew when the plan is of an older epoch. */
  plan(subscriptionChanged: boolean, mayDescribe: (topic: string) => boolean): void {
    this.subscriptions.resolve(this.members.values(), mayDescribe);
    const topicsChanged = this.subscriptions.haveChanged(this.members.values());
    if (subscriptionChanged || topicsChanged) this.#groupEpoch += 1;
    if (this.#groupEpoch > this.#assignmentEpoch) this.#assign();
    this.settle();
  }

  /** Leads a member a step towards the plan. */
  advance(member: ConsumerMember, owned: Assignment | undefined): ConsumerMember {
    const next = reconcile(member, {
      epoch: this.#assignmentEpoch,
      target: this.targetOf(member.id),
      isTaken: (key) => this.isTaken(key),
      owned,
    });
    if (next === member) return member;
    this.put(next);
    return next;
  }

  adoptTarget(memberId: string, target: Assignment): void {
    this.#target.set(memberId, target);
  }

  /** Ends the group; only an empty one may die. */
  die(): void {
    this.timers.forgetAll();
    this.#move('Dead');
  }

  /** The state follows from members and epochs. */
  settle(): void {
    const members = [...this.members.values()];
    const reconciled = (member: ConsumerMember) => member.state === 'Stable' && member.epoch === this.#assignmentEpoch;
    if (members.length === 0) this.#move('Empty');
    else if (this.#groupEpoch > this.#assignmentEpoch) this.#move('Assigning');
    else this.#move(members.every(reconciled) ? 'Stable' : 'Reconciling');
  }

  #assign(): void {
    const { catalog } = this.surroundings;
    const members = [...this.members.values()].map((member) => ({
      id: member.id,
      instanceId: member.instanceId,
      topicIds: this.subscriptions.topicIdsOf(member),
      target: this.targetOf(member.id),
    }));
    const assign = assignors[this.assignorName]!;
    const plan = assign({ members, partitionsOf: (topicId) => catalog.byId(topicId)?.partitions.length ?? 0 });
    this.#target.clear();
    for (const [memberId, target] of plan) this.#target.set(memberId, target);
    this.#assignmentEpoch = this.#groupEpoch;
  }

  #disown(member: ConsumerMember | undefined): void {
    for (const key of [...(member?.assigned.keys() ?? []), ...(member?.pendingRevocation.keys() ?? [])]) {
      this.#owners.delete(key);
    }
  }

  #move(to: ModernGroupState): void {
    if (to === this.#state) return;
    this.#state = moveModern(this.id, this.#state, to);
    this.surroundings.onChange(this);
  }
}
