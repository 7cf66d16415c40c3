/** What a group remembers of one partition. */
export type CommittedOffset = {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly metadata: string | null;
  readonly commitTimestamp: number;
  /** When it is forgotten, where the client said for how long to keep it (OffsetCommit v2 to v4). */
  readonly expiresAt?: number;
};

/** A commit and its place in the order in which commits came. */
export type PlacedOffset = { readonly entry: CommittedOffset; readonly order: number };

/** The offsets of a group at one moment. */
export type SavedOffsets = {
  readonly committed: readonly PlacedOffset[];
  readonly pending: readonly (readonly [producerId: bigint, held: readonly PlacedOffset[]])[];
  readonly order: number;
};

/**
 * Offsets of one group, by topic and partition: those committed, and those of transactions not yet decided.
 *
 * A transaction's offset takes its place in time when it is sent: a plain commit that came later wins, even when the
 * transaction is committed after it.
 */
export class OffsetStore {
  readonly #committed = new Map<string, Map<number, PlacedOffset>>();
  readonly #pending = new Map<bigint, PlacedOffset[]>();
  #order = 0;
  #revision = 0;

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  commit(entry: CommittedOffset): void {
    this.#put({ entry, order: ++this.#order });
  }

  /** Keeps an offset until its transaction is decided. */
  hold(producerId: bigint, entry: CommittedOffset): void {
    const held = this.#pending.get(producerId) ?? [];
    this.#revision += 1;
    held.push({ entry, order: ++this.#order });
    this.#pending.set(producerId, held);
  }

  /** Ends a producer's transaction and gives what became visible by it, which is nothing when it was aborted. */
  decide(producerId: bigint, isCommitted: boolean): CommittedOffset[] {
    const held = this.#pending.get(producerId) ?? [];
    this.#revision += 1;
    this.#pending.delete(producerId);
    return isCommitted ? held.filter((placed) => this.#put(placed)).map(({ entry }) => entry) : [];
  }

  /** Whether a transaction may yet change this offset (KIP-447). */
  isUnstable(topic: string, partition: number): boolean {
    for (const held of this.#pending.values()) {
      if (held.some(({ entry }) => entry.topic === topic && entry.partition === partition)) return true;
    }
    return false;
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#committed.get(topic)?.get(partition)?.entry;
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#committed.get(topic);
    this.#revision += 1;
    partitions?.delete(partition);
    if (partitions?.size === 0) this.#committed.delete(topic);
    this.#release((entry) => entry.topic === topic && entry.partition === partition);
  }

  deleteTopic(topic: string): void {
    this.#revision += 1;
    this.#committed.delete(topic);
    this.#release((entry) => entry.topic === topic);
  }

  /** True when nothing is committed, and no transaction may yet commit something. */
  get isEmpty(): boolean {
    return this.#committed.size === 0 && this.#pending.size === 0;
  }

  topics(): string[] {
    return [...this.#committed.keys()];
  }

  list(): CommittedOffset[] {
    return [...this.#committed.values()].flatMap((partitions) => [...partitions.values()].map(({ entry }) => entry));
  }

  save(): SavedOffsets {
    const committed = [...this.#committed.values()].flatMap((partitions) => [...partitions.values()]);
    const pending = [...this.#pending].map(([producerId, held]) => [producerId, [...held]] as const);
    return { committed, pending, order: this.#order };
  }

  /** Goes on from what was saved; call it on a fresh store. */
  load({ committed, pending, order }: SavedOffsets): void {
    for (const placed of committed) this.#put(placed);
    for (const [producerId, held] of pending) this.#pending.set(producerId, [...held]);
    this.#order = order;
    this.#revision += 1;
  }

  #put(placed: PlacedOffset): boolean {
    const { topic, partition } = placed.entry;
    const partitions = this.#committed.get(topic) ?? new Map<number, PlacedOffset>();
    if ((partitions.get(partition)?.order ?? 0) > placed.order) return false;
    this.#revision += 1;
    partitions.set(partition, placed);
    this.#committed.set(topic, partitions);
    return true;
  }

  #release(test: (entry: CommittedOffset) => boolean): void {
    for (const [producerId, held] of this.#pending) {
      const kept = held.filter(({ entry }) => !test(entry));
      if (kept.length === 0) this.#pending.delete(producerId);
      else this.#pending.set(producerId, kept);
    }
  }
}
