import type { Clock, Timer } from '../../time/clock.ts';
import { type JoinAnswer, joinRefused, syncRefused } from './answers.ts';
import { Member, type MemberFacts } from './member.ts';
import { type GroupState, move } from './states.ts';
import { commonProtocols, electProtocol } from './vote.ts';

/** What a group needs from its surroundings. */
export type GroupSurroundings = {
  readonly clock: Clock;
  readonly initialRebalanceDelayMs: number;
  readonly maxSize: () => number;
  /** Whether members that do not ask for their part in time are taken out; before Kafka 2.8.1 nobody looked (KAFKA-12890). */
  readonly expectsSync: boolean;
  readonly newMemberId: (prefix: string) => string;
  readonly onChange: (group: ClassicGroup) => void;
};

/** Between one look for members that are away and the next. */
const LEAST_PAUSE_MS = 1000;

/**
 * A group of the classic protocol: who is in it and how far its rebalance has come.
 *
 * Everything changes in synchronous methods; whoever waits holds a promise its {@link Member} settles.
 */
export class ClassicGroup {
  readonly id: string;
  readonly members = new Map<string, Member>();
  protocolType: string | null = null;
  protocolName: string | null = null;
  leaderId = '';
  generationId = 0;
  /** When the group got into its state. */
  stateSince: number;
  readonly #surroundings: GroupSurroundings;
  readonly #staticIds = new Map<string, string>();
  /** Ids given out by KIP-394 and not yet used; a rebalance waits for them. */
  readonly #invited = new Map<string, Timer>();
  #state: GroupState = 'Empty';
  #phase: Timer | undefined;
  #delayed = false;

  constructor(id: string, surroundings: GroupSurroundings) {
    this.id = id;
    this.#surroundings = surroundings;
    this.stateSince = surroundings.clock.now();
  }

  get state(): GroupState {
    return this.#state;
  }

  /** As many members as `group.max.size` allows, those among them whose id was given out. */
  get isFull(): boolean {
    return this.members.size + this.#invited.size >= this.#surroundings.maxSize();
  }

  isInvited(memberId: string): boolean {
    return this.#invited.has(memberId);
  }

  memberOfInstance(instanceId: string): string | undefined {
    return this.#staticIds.get(instanceId);
  }

  /** True when a member with these facts could be part of the group. */
  accepts(facts: MemberFacts, except?: string): boolean {
    const others = [...this.members.values()].filter(({ id }) => id !== except).map((member) => member.facts);
    if (others.length === 0) return facts.protocols.length > 0 && facts.protocolType !== '';
    return facts.protocolType === this.protocolType && commonProtocols([facts, ...others]).length > 0;
  }

  /** Gives out an id to a stranger, to be used within its session timeout (KIP-394). */
  invite(facts: MemberFacts): string {
    const memberId = this.newMemberId(facts);
    const expire = (): void => {
      this.withdraw(memberId);
      this.tryCompleteJoin();
    };
    this.#invited.set(memberId, this.#surroundings.clock.schedule(facts.sessionTimeoutMs, expire));
    return memberId;
  }

  /** Takes an invitation back; false when there was none. */
  withdraw(memberId: string): boolean {
    this.#invited.get(memberId)?.cancel();
    return this.#invited.delete(memberId);
  }

  newMemberId(facts: MemberFacts): string {
    return this.#surroundings.newMemberId(facts.groupInstanceId ?? facts.clientId);
  }

  add(memberId: string, facts: MemberFacts): Member {
    const member = new Member(memberId, facts);
    if (this.members.size === 0) this.protocolType = facts.protocolType;
    if (this.leaderId === '') this.leaderId = memberId;
    this.members.set(memberId, member);
    if (facts.groupInstanceId !== null) this.#staticIds.set(facts.groupInstanceId, memberId);
    return member;
  }

  /** Takes a member out and answers whatever it waited for. The caller decides whether that means a rebalance. */
  remove(member: Member): void {
    member.keepAlive(undefined);
    member.answerJoin(joinRefused('UNKNOWN_MEMBER_ID', member.id));
    member.answerSync(syncRefused('UNKNOWN_MEMBER_ID'));
    this.members.delete(member.id);
    const { groupInstanceId } = member.facts;
    if (groupInstanceId !== null && this.#staticIds.get(groupInstanceId) === member.id) {
      this.#staticIds.delete(groupInstanceId);
    }
    if (this.leaderId === member.id) this.leaderId = this.members.keys().next().value ?? '';
  }

  /** Puts a restarted static member in the place of its former self, which is fenced (KIP-345). */
  replaceStatic(former: Member, facts: MemberFacts): Member {
    const wasLeader = this.leaderId === former.id;
    former.keepAlive(undefined);
    former.answerJoin(joinRefused('FENCED_INSTANCE_ID', former.id));
    former.answerSync(syncRefused('FENCED_INSTANCE_ID'));
    this.members.delete(former.id);
    const member = this.add(this.newMemberId(facts), facts);
    member.assignment = former.assignment;
    if (wasLeader) this.leaderId = member.id;
    return member;
  }

  /** Counts a sign of life: the member is expired `sessionTimeoutMs` from now unless there is another. */
  touch(member: Member): void {
    const { clock } = this.#surroundings;
    member.keepAlive(clock.schedule(member.facts.sessionTimeoutMs, () => this.expel(member)));
  }

  /** Takes a member out for good and lets the others share its partitions. */
  expel(member: Member): void {
    if (this.members.get(member.id) !== member) return;
    this.remove(member);
    if (this.#state === 'Stable' || this.#state === 'CompletingRebalance') this.prepareRebalance();
    else this.tryCompleteJoin();
  }

  /** Starts a rebalance: from here on members are waited for, until all have joined or the longest patience is over. */
  prepareRebalance(): void {
    const { clock, initialRebalanceDelayMs } = this.#surroundings;
    for (const member of this.members.values()) {
      if (member.awaitsSync) {
        member.answerSync(syncRefused('REBALANCE_IN_PROGRESS'));
        this.touch(member);
      }
    }
    this.#delayed = this.#state === 'Empty' && initialRebalanceDelayMs > 0;
    this.#move('PreparingRebalance');
    const patience = this.#delayed ? initialRebalanceDelayMs : this.#patience();
    this.#enterPhase(clock.schedule(patience, () => this.#stopWaitingForJoins()));
    this.tryCompleteJoin();
  }

  /** Ends the join phase once nobody is missing. */
  tryCompleteJoin(): void {
    if (this.#state !== 'PreparingRebalance' || this.#delayed || this.#invited.size > 0) return;
    if ([...this.members.values()].every((member) => member.awaitsJoin)) this.#completeJoin();
  }

  /** Takes the leader's plan and answers everybody who waits for a part of it. */
  assign(plan: ReadonlyMap<string, Uint8Array>): void {
    this.#enterPhase(undefined);
    this.#move('Stable');
    for (const member of this.members.values()) {
      member.assignment = plan.get(member.id) ?? new Uint8Array();
      if (!member.awaitsSync) continue;
      member.answerSync(this.assignmentOf(member));
      this.touch(member);
    }
  }

  assignmentOf(member: Member) {
    const { protocolType, protocolName } = this;
    return { error: 'NONE', protocolType, protocolName, assignment: member.assignment } as const;
  }

  /** The answer to JoinGroup in the current generation; only the leader gets to see the members. */
  joined(member: Member, override: Partial<JoinAnswer> = {}): JoinAnswer {
    const isLeader = member.id === this.leaderId;
    return {
      error: 'NONE',
      generationId: this.generationId,
      protocolType: this.protocolType,
      protocolName: this.protocolName,
      leader: this.leaderId,
      skipAssignment: false,
      memberId: member.id,
      members: isLeader ? this.roster() : [],
      ...override,
    };
  }

  roster(): JoinAnswer['members'] {
    return [...this.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.facts.groupInstanceId,
      metadata: member.metadataFor(this.protocolName ?? ''),
    }));
  }

  /** Goes on from a consumer group of that epoch, whose members are in already, with a rebalance. */
  resume(generationId: number): void {
    this.generationId = generationId;
    this.prepareRebalance();
  }

  /** Ends the group; only an empty one may die. */
  die(): void {
    this.#enterPhase(undefined);
    for (const memberId of [...this.#invited.keys()]) this.withdraw(memberId);
    this.#move('Dead');
  }

  /** Stops everything: the members have moved to a group of the other protocol. */
  retire(): void {
    this.#enterPhase(undefined);
    for (const memberId of [...this.#invited.keys()]) this.withdraw(memberId);
    this.#state = move(this.id, this.#state, 'Dead');
  }

  #stopWaitingForJoins(): void {
    const wasDelayed = this.#delayed;
    this.#delayed = false;
    if (wasDelayed && this.#invited.size > 0) {
      this.#waitAgain();
      return;
    }
    for (const member of [...this.members.values()]) {
      if (!member.awaitsJoin && !member.isStatic) this.remove(member);
    }
    for (const memberId of [...this.#invited.keys()]) this.withdraw(memberId);
    const someone = [...this.members.values()].some((member) => member.awaitsJoin);
    // Only static members are left, and none is back: their session timeouts decide, not this rebalance.
    if (this.members.size > 0 && !someone) this.#waitAgain();
    else this.#completeJoin();
  }

  /** With a pause, though the members may have asked for none: whoever comes ends the wait without it. */
  #waitAgain(): void {
    const { clock } = this.#surroundings;
    const pause = Math.max(this.#patience(), LEAST_PAUSE_MS);
    this.#enterPhase(clock.schedule(pause, () => this.#stopWaitingForJoins()));
  }

  #completeJoin(): void {
    this.#enterPhase(undefined);
    this.generationId += 1;
    const all = [...this.members.values()];
    if (all.length === 0) {
      this.protocolName = null;
      this.leaderId = '';
      this.#move('Empty');
      return;
    }
    if (!this.members.get(this.leaderId)?.awaitsJoin) this.leaderId = all.find((member) => member.awaitsJoin)!.id;
    this.protocolName = electProtocol(all.map((member) => member.facts)) ?? null;
    this.#move('CompletingRebalance');
    const { clock, expectsSync } = this.#surroundings;
    if (expectsSync) this.#enterPhase(clock.schedule(this.#patience(), () => this.#stopWaitingForSyncs()));
    for (const member of all) {
      if (!member.awaitsJoin) continue;
      member.answerJoin(this.joined(member));
      this.touch(member);
    }
  }

  /** Without the leader's plan there is nothing to hand out: whoever has not asked for it is gone. */
  #stopWaitingForSyncs(): void {
    for (const member of [...this.members.values()]) if (!member.awaitsSync) this.remove(member);
    this.prepareRebalance();
  }

  #patience(): number {
    return Math.max(0, ...[...this.members.values()].map(({ facts }) => facts.rebalanceTimeoutMs));
  }

  #enterPhase(timer: Timer | undefined): void {
    this.#phase?.cancel();
    this.#phase = timer;
  }

  #move(to: GroupState): void {
    this.stateSince = this.#surroundings.clock.now();
    this.#state = move(this.id, this.#state, to);
    this.#surroundings.onChange(this);
  }
}
