import { type ModernGroupState, moveModern } from '../groups/modern/states.ts';
import { asSet, sameNames } from '../groups/modern/subscriptions.ts';
import { MemberTimers } from '../groups/modern/timers.ts';
import { isRefusal, type Refusal, refuse } from '../groups/refusal.ts';
import type { GroupSettings } from '../groups/settings.ts';
import type { Clock } from '../time/clock.ts';
import type { Catalog } from '../topics/catalog.ts';
import { simpleAssignor } from './simple-assignor.ts';

/** A member of a share group. Its epoch is the group's at its last heartbeat. */
export type ShareMember = {
  readonly id: string;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly topicNames: readonly string[];
  readonly epoch: number;
  readonly previousEpoch: number;
  /** What it was told last. */
  readonly assigned: ReadonlyMap<string, readonly number[]>;
};

/** What a share group needs from its surroundings. */
export type ShareGroupSurroundings = {
  readonly clock: Clock;
  readonly catalog: Catalog;
  readonly settings: GroupSettings;
  readonly onChange: (group: ShareGroup) => void;
};

/** A heartbeat of a member; null means as before. */
export type ShareHeartbeat = {
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly rackId: string | null;
  readonly subscribedTopicNames: readonly string[] | null;
  readonly clientId: string;
  readonly clientHost: string;
};

/** A share group (KIP-932): who is in it and who looks at which partitions. What is read is kept by {@link SharePartition}. */
export class ShareGroup {
  readonly id: string;
  readonly members = new Map<string, ShareMember>();
  readonly #around: ShareGroupSurroundings;
  readonly #timers: MemberTimers;
  #plan: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> = new Map();
  #seen = '';
  #state: ModernGroupState = 'Empty';
  groupEpoch = 1;
  assignmentEpoch = 0;

  constructor(id: string, around: ShareGroupSurroundings) {
    this.id = id;
    this.#around = around;
    this.#timers = new MemberTimers(around.clock);
  }

  get state(): ModernGroupState {
    return this.#state;
  }

  /** Lets a member join or stay; there is nothing to give up first, for partitions are shared. */
  heartbeat(request: ShareHeartbeat): { member: ShareMember; showsAssignment: boolean } | Refusal {
    const { memberId, memberEpoch, subscribedTopicNames } = request;
    const known = this.#known(request);
    if (isRefusal(known)) return known;
    const topicNames = subscribedTopicNames ? asSet(subscribedTopicNames) : known.topicNames;
    const { clientId, clientHost } = request;
    const updated = { ...known, rackId: request.rackId ?? known.rackId, topicNames, clientId, clientHost };
    this.members.set(memberId, updated);
    this.#planAnew(!sameNames(topicNames, known.topicNames));
    const assigned = this.#plan.get(memberId) ?? new Map<string, readonly number[]>();
    const member = { ...updated, epoch: this.assignmentEpoch, previousEpoch: known.epoch, assigned };
    this.members.set(memberId, member);
    const afterMs = this.#around.settings.shareSessionTimeoutMs(this.id);
    this.#timers.set(memberId, 'session', { afterMs, run: () => void this.leave(memberId) });
    this.#settle();
    return { member, showsAssignment: memberEpoch === 0 || !sameAssignment(known.assigned, assigned) };
  }

  leave(memberId: string): Refusal | undefined {
    if (!this.members.delete(memberId)) return this.#stranger(memberId);
    this.#timers.forget(memberId);
    this.groupEpoch += 1;
    this.#settle();
    return undefined;
  }

  /** Stops everything: another group takes the place of this one. */
  retire(): void {
    this.#timers.forgetAll();
  }

  /** Ends the group; only an empty one may die. */
  die(): void {
    this.#move('Dead');
  }

  #known({ memberId, memberEpoch, rackId, clientId, clientHost }: ShareHeartbeat): ShareMember | Refusal {
    const member = this.members.get(memberId);
    const { shareMaxSize } = this.#around.settings;
    if (!member && memberEpoch === 0 && this.members.size >= shareMaxSize) {
      const why = `The share group has reached its maximum capacity of ${shareMaxSize} members.`;
      return refuse('GROUP_MAX_SIZE_REACHED', why);
    }
    if (memberEpoch === 0) {
      const fresh = { id: memberId, rackId, clientId, clientHost, topicNames: [], epoch: 0, previousEpoch: -1 };
      return member ?? { ...fresh, assigned: new Map() };
    }
    if (!member) return this.#stranger(memberId);
    if (memberEpoch === member.epoch || memberEpoch === member.previousEpoch) return member;
    const how = memberEpoch > member.epoch ? 'greater' : 'smaller';
    return refuse(
      'FENCED_MEMBER_EPOCH',
      `The share group member has a ${how} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.epoch}). The member must abandon all its partitions and rejoin.`,
    );
  }

  #stranger(memberId: string): Refusal {
    return refuse('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${this.id}.`);
  }

  #planAnew(subscriptionChanged: boolean): void {
    const { catalog } = this.#around;
    const members = [...this.members.values()].map(({ id, topicNames }) => ({
      id,
      topicIds: topicNames.flatMap((name) => catalog.byName(name)?.id ?? []),
    }));
    const partitionsOf = (topicId: string) => catalog.byId(topicId)?.partitions.length ?? 0;
    const topics = new Set(members.flatMap(({ topicIds }) => topicIds));
    const seen = [...topics]
      .sort()
      .map((id) => `${id}/${partitionsOf(id)}`)
      .join();
    if (subscriptionChanged || seen !== this.#seen) this.groupEpoch += 1;
    this.#seen = seen;
    if (this.groupEpoch === this.assignmentEpoch) return;
    this.#plan = simpleAssignor(members, partitionsOf);
    this.assignmentEpoch = this.groupEpoch;
  }

  #settle(): void {
    if (this.members.size === 0) this.#move('Empty');
    else this.#move(this.groupEpoch > this.assignmentEpoch ? 'Assigning' : 'Stable');
  }

  #move(to: ModernGroupState): void {
    if (to === this.#state) return;
    this.#state = moveModern(this.id, this.#state, to);
    this.#around.onChange(this);
  }
}

function sameAssignment(one: ShareMember['assigned'], other: ShareMember['assigned']): boolean {
  return one.size === other.size && [...one].every(([topic, indexes]) => other.get(topic)?.join() === indexes.join());
}
