import type { ProducerIdentity } from '../producers/producer-ids.ts';
import type { Timer } from '../time/clock.ts';
import { judgeIdentity, type KnownIdentity, type Standing } from './fencing.ts';
import type { Ending } from './markers.ts';
import { move, type TransactionState } from './states.ts';

/** A partition of a topic, by name. */
export type PartitionName = { readonly topic: string; readonly partition: number };

/** A transactional id at one moment. */
export type SavedTransaction = {
  readonly id: string;
  readonly timeoutMs: number;
  readonly startedAt: number;
  readonly identity: KnownIdentity;
  readonly state: TransactionState;
  readonly ending: Ending | undefined;
  readonly partitions: readonly PartitionName[];
  readonly groups: readonly string[];
};

/** One transactional id: who owns it, how far its transaction is, and what belongs to it. */
export class Transaction {
  readonly id: string;
  timeoutMs = 0;
  /** When the transaction that is or was last open began; -1 when the owner has not begun any. */
  startedAt = -1;
  identity: KnownIdentity;
  /** How it ends, from the decision until its markers are written. */
  ending: Ending | undefined;
  readonly #partitions = new Map<string, Set<number>>();
  readonly #groups = new Set<string>();
  readonly #onChange: (transaction: Transaction) => void;
  #state: TransactionState = 'Empty';
  #timer: Timer | undefined;
  #revision = 0;

  constructor(id: string, current: ProducerIdentity, onChange: (transaction: Transaction) => void) {
    this.id = id;
    this.identity = { current };
    this.#onChange = onChange;
  }

  get state(): TransactionState {
    return this.#state;
  }

  /** Another number after every change; who owns it changes only together with its state. */
  get revision(): number {
    return this.#revision;
  }

  move(to: TransactionState): void {
    this.#revision += 1;
    this.#state = move(this.id, this.#state, to);
    this.#onChange(this);
  }

  judge(given: ProducerIdentity): Standing {
    return judgeIdentity(this.identity, given);
  }

  /** Replaces the timer that ends what the id is doing: a transaction that takes too long, or an id nobody uses. */
  keepTimer(timer: Timer | undefined): void {
    this.#timer?.cancel();
    this.#timer = timer;
  }

  hasPartition({ topic, partition }: PartitionName): boolean {
    return this.#partitions.get(topic)?.has(partition) ?? false;
  }

  hasGroup(groupId: string): boolean {
    return this.#groups.has(groupId);
  }

  addPartition({ topic, partition }: PartitionName): void {
    const indexes = this.#partitions.get(topic) ?? new Set<number>();
    this.#revision += 1;
    this.#partitions.set(topic, indexes.add(partition));
  }

  addGroup(groupId: string): void {
    this.#revision += 1;
    this.#groups.add(groupId);
  }

  partitions(): PartitionName[] {
    return [...this.#partitions].flatMap(([topic, indexes]) => [...indexes].map((partition) => ({ topic, partition })));
  }

  groups(): string[] {
    return [...this.#groups];
  }

  save(): SavedTransaction {
    const { id, timeoutMs, startedAt, identity, state, ending } = this;
    return { id, timeoutMs, startedAt, identity, state, ending, partitions: this.partitions(), groups: this.groups() };
  }

  /** Goes on from what was saved; call it on a fresh object. */
  load({ timeoutMs, startedAt, identity, state, ending, partitions, groups }: SavedTransaction): void {
    Object.assign(this, { timeoutMs, startedAt, identity, ending });
    this.#state = state;
    for (const partition of partitions) this.addPartition(partition);
    for (const group of groups) this.addGroup(group);
  }

  /** Forgets what belonged to the transaction that is over. */
  clear(): void {
    this.ending = undefined;
    this.#partitions.clear();
    this.#groups.clear();
  }
}
