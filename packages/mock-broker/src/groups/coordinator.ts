import type { ErrorName } from '@eventstream/kafka-protocol';
import type { Observers } from '../observers.ts';
import { ShareGroup } from '../share/group.ts';
import { Shares } from '../share/shares.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import type { Catalog } from '../topics/catalog.ts';
import { ClassicGroup } from './classic/group.ts';
import { type Claim, identify } from './classic/presence.ts';
import { Group } from './group.ts';
import { canUpgrade, downgrade, upgrade } from './migrate.ts';
import type { PartitionKey } from './modern/assignment.ts';
import { judgeFetch, judgeCommit as judgeModernCommit } from './modern/commits.ts';
import { ConsumerGroup, type Epochs } from './modern/group.ts';
import type { CommittedOffset } from './offsets.ts';
import { type Refusal, refuse } from './refusal.ts';
import { forgetMembers, type SavedGroups, saveGroup } from './saved-groups.ts';
import type { GroupSettings } from './settings.ts';

/** What the coordinator needs. */
export type CoordinatorOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly observers: Observers;
  readonly catalog: Catalog;
  readonly settings: GroupSettings;
  readonly initialRebalanceDelayMs: number;
  /** Whether a classic group takes members out that do not sync in time. */
  readonly expectsSync: boolean;
};

/** A commit as it is judged: where to, in which version of OffsetCommit. */
export type CommitAttempt = { readonly partitions: readonly PartitionKey[]; readonly version: number };

/** Since OffsetCommit v9 a group that is not there is called that; before, the generation was called wrong. */
const NAMES_MISSING_GROUP_SINCE = 9;

/** All groups of the cluster. Which node may answer for one is the topology's business, so moving it moves no state. */
export class GroupCoordinator {
  readonly settings: GroupSettings;
  /** How far share groups are. */
  readonly shares: Shares;
  readonly #groups = new Map<string, Group>();
  readonly #options: CoordinatorOptions;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.shares = new Shares(options);
  }

  list(): Group[] {
    return [...this.#groups.values()];
  }

  find(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  /** The group of that name; if there is none, a classic one is made now. */
  open(id: string): Group {
    const known = this.#groups.get(id);
    if (known) return known;
    const group = new Group(id, this.#newClassic(id));
    this.#groups.set(id, group);
    return group;
  }

  /** The group for a member that speaks the classic protocol: a consumer group nobody is in gives way to a classic one. */
  openClassic(id: string): Group {
    const group = this.open(id);
    if (group.consumer?.members.size === 0) {
      group.consumer.die();
      group.become(this.#newClassic(id));
    }
    return group;
  }

  /**
   * The consumer group of that name. For a member that joins it is made; out of a classic group too, if nobody is in it
   * or its members can come along.
   */
  openConsumer(id: string, joins: boolean): ConsumerGroup | Refusal {
    const group = this.#groups.get(id);
    if (group?.consumer) return group.consumer;
    if (!joins || (group && !group.classic)) {
      const why = group ? `Group ${id} is not a consumer group.` : `Consumer group ${id} not found.`;
      return refuse('GROUP_ID_NOT_FOUND', why);
    }
    if (!group) {
      const consumer = this.#newConsumer(id);
      this.#groups.set(id, new Group(id, consumer));
      return consumer;
    }
    return this.#upgrade(group, group.classic!);
  }

  /** The share group of that name, made for a member that joins. */
  openShare(id: string, memberEpoch: number): ShareGroup | Refusal {
    const group = this.#groups.get(id);
    if (group?.share) return group.share;
    if (group || memberEpoch !== 0) {
      return refuse(
        'GROUP_ID_NOT_FOUND',
        group ? `Group ${id} is not a share group.` : `${memberEpoch < 0 ? 'Group' : 'Share group'} ${id} not found.`,
      );
    }
    const share = this.#newShare(id);
    this.#groups.set(id, new Group(id, share));
    return share;
  }

  /** Deletes a group nobody is in, with its offsets. */
  delete(id: string): ErrorName {
    const group = this.#groups.get(id);
    if (!group) return 'GROUP_ID_NOT_FOUND';
    if (group.kind.state !== 'Empty') return 'NON_EMPTY_GROUP';
    group.kind.die();
    this.shares.forget(id);
    this.#groups.delete(id);
    return 'NONE';
  }

  /** Whether the one who makes `claim` may commit: a member of this generation, or anybody while nobody is in the group. */
  judgeCommit(id: string, claim: Claim, attempt: CommitAttempt): ErrorName {
    const group = this.#groups.get(id);
    if (!group) {
      if (claim.generationId < 0) return 'NONE';
      return attempt.version >= NAMES_MISSING_GROUP_SINCE ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION';
    }
    const { classic, consumer } = group;
    if (consumer) return judgeModernCommit(consumer, claim, { ...attempt, isTransactional: false });
    if (!classic) return 'GROUP_ID_NOT_FOUND';
    // Without a generation nobody claims to be in the group; clients of KIP-848 name a member all the same.
    if (claim.generationId < 0 && classic.state === 'Empty') return 'NONE';
    if (claim.generationId < 0 && claim.memberId === '' && claim.groupInstanceId === null) return 'UNKNOWN_MEMBER_ID';
    const member = identify(classic, claim);
    if (typeof member === 'string') return member;
    if (classic.state === 'CompletingRebalance') return 'REBALANCE_IN_PROGRESS';
    if (!member.awaitsJoin) classic.touch(member);
    return 'NONE';
  }

  /** Whether somebody may read what the group has committed; members of consumer groups say who they are (KIP-848). */
  judgeFetch(id: string, memberId: string | null, memberEpoch: number): ErrorName {
    const consumer = this.#groups.get(id)?.consumer;
    return consumer ? judgeFetch(consumer, memberId, memberEpoch) : 'NONE';
  }

  commit(id: string, entry: CommittedOffset): void {
    this.open(id).offsets.commit(entry);
    this.#announce(id, entry);
  }

  /**
   * Whether a transaction may hold offsets for the group. Who names neither member nor generation is not checked: that
   * came with KIP-447, and transactional producers fence one another without it.
   */
  judgeTransactionalCommit(id: string, claim: Claim, attempt: CommitAttempt): ErrorName {
    const { classic, consumer, share } = this.#groups.get(id) ?? {};
    if (share) return 'GROUP_ID_NOT_FOUND';
    if (consumer) return judgeModernCommit(consumer, claim, { ...attempt, isTransactional: true });
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

  /** All groups without their members, who are bound to their connections. */
  save(): SavedGroups {
    return { groups: this.list().map(saveGroup), shares: this.shares.save() };
  }

  /** Puts saved groups, in which nobody is, in the place of all there are; call it when the topics are those saved, too. */
  load({ groups, shares }: SavedGroups): void {
    for (const group of this.#groups.values()) forgetMembers(group);
    this.#groups.clear();
    for (const { id, type, epochs, generation, offsets } of groups) {
      const kinds = {
        classic: () => Object.assign(this.#newClassic(id), generation),
        consumer: () => this.#newConsumer(id, epochs),
        share: () => Object.assign(this.#newShare(id), epochs),
      };
      const group = new Group(id, kinds[type]());
      group.offsets.load(offsets);
      this.#groups.set(id, group);
    }
    this.shares.load(shares);
  }

  #upgrade(group: Group, classic: ClassicGroup): ConsumerGroup | Refusal {
    const { settings } = this;
    const isEmpty = classic.members.size === 0;
    const fits = settings.allowsUpgrade && canUpgrade(classic) && classic.members.size <= settings.maxSize;
    if (!isEmpty && !fits) {
      return refuse('GROUP_ID_NOT_FOUND', `Group ${group.id} is not a consumer group.`);
    }
    const { generationId } = classic;
    const epochs = isEmpty ? undefined : { groupEpoch: generationId, assignmentEpoch: generationId };
    const consumer = this.#newConsumer(group.id, epochs);
    upgrade(classic, consumer);
    classic.retire();
    group.become(consumer);
    return consumer;
  }

  /** When the last member that speaks the consumer protocol has left, the others go on in a classic group. */
  #maybeDowngrade(consumer: ConsumerGroup, generationId: number): void {
    const group = this.#groups.get(consumer.id);
    const members = [...consumer.members.values()];
    const { allowsDowngrade, classicMaxSize } = this.settings;
    const fits = members.length > 0 && members.length <= classicMaxSize && members.every(({ classic }) => classic);
    if (group?.consumer !== consumer || !fits || !allowsDowngrade) return;
    const classic = this.#newClassic(consumer.id);
    group.become(classic);
    downgrade(consumer, classic);
    classic.resume(generationId);
  }

  #newClassic(id: string): ClassicGroup {
    const { clock, initialRebalanceDelayMs, expectsSync, random, observers } = this.#options;
    return new ClassicGroup(id, {
      clock,
      expectsSync,
      initialRebalanceDelayMs,
      maxSize: () => this.settings.classicMaxSize,
      newMemberId: (prefix) => `${prefix}-${random.uuid()}`,
      onChange: ({ state, generationId, members }) =>
        observers.emit('group', { groupId: id, state, generationId, members: members.size }),
    });
  }

  #newConsumer(id: string, epochs?: Epochs): ConsumerGroup {
    const { clock, catalog, random, observers } = this.#options;
    return new ConsumerGroup(
      id,
      {
        clock,
        catalog,
        settings: this.settings,
        newMemberId: () => Buffer.from(random.uuid().replaceAll('-', ''), 'hex').toString('base64url'),
        onChange: ({ state, groupEpoch, members }) =>
          observers.emit('group', { groupId: id, state, generationId: groupEpoch, members: members.size }),
        afterLeave: (group, epochBefore) => this.#maybeDowngrade(group, epochBefore),
      },
      epochs,
    );
  }

  #newShare(id: string): ShareGroup {
    const { clock, catalog, observers } = this.#options;
    return new ShareGroup(id, {
      clock,
      catalog,
      settings: this.settings,
      onChange: ({ state, groupEpoch, members }) =>
        observers.emit('group', { groupId: id, state, generationId: groupEpoch, members: members.size }),
    });
  }

  #announce(id: string, { topic, partition, offset }: CommittedOffset): void {
    const { observers } = this.#options;
    if (!observers.has('commit')) return;
    observers.emit('commit', { groupId: id, topic, partition, offset: Number(offset) });
  }
}
