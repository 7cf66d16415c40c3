import type { PartitionLog, SavedLog } from '../log/partition-log.ts';
import { ProducerWindow, type SavedProducers } from '../log/producer-window.ts';
import { Signal } from '../log/signal.ts';

type EpochStart = { readonly epoch: number; readonly startOffset: bigint };

/** A partition at one moment. */
export type SavedPartition = {
  readonly replicas: readonly number[];
  readonly leader: number;
  readonly epochs: readonly EpochStart[];
  readonly log: SavedLog;
  readonly producers: SavedProducers;
};

/** One partition: its log, who leads it, and since when. */
export class Partition {
  readonly index: number;
  readonly log: PartitionLog;
  readonly producers = new ProducerWindow();
  /** Fires after an append, a move of the leader, and deletion: whatever may end a long poll. */
  readonly changed = new Signal();
  #replicas: readonly number[];
  #leader: number;
  #leaderEpoch = 0;
  #frozen: { readonly leader: number; readonly leaderEpoch: number } | undefined;
  readonly #epochs: EpochStart[] = [{ epoch: 0, startOffset: 0n }];

  constructor(index: number, replicas: readonly number[], log: PartitionLog) {
    this.index = index;
    this.#replicas = replicas;
    this.log = log;
    this.#leader = replicas[0] ?? -1;
  }

  /** The nodes that may lead, in order of preference; the log itself is shared. */
  get replicas(): readonly number[] {
    return this.#replicas;
  }

  /** Gives the partition to other nodes; who leads is another question. */
  assign(replicas: readonly number[]): void {
    this.#replicas = replicas;
  }

  /** The node that leads, or -1 while no replica is up. */
  get leader(): number {
    return this.#leader;
  }

  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  /** Who leads as Metadata tells it: the truth, or what was true when it was frozen. */
  get told(): { readonly leader: number; readonly leaderEpoch: number } {
    return this.#frozen ?? { leader: this.#leader, leaderEpoch: this.#leaderEpoch };
  }

  /** From now on Metadata tells who leads now, whoever leads, until {@link thaw}. */
  freeze(): void {
    this.#frozen = { leader: this.#leader, leaderEpoch: this.#leaderEpoch };
  }

  thaw(): void {
    this.#frozen = undefined;
  }

  /** Makes `node` the leader under a new epoch. */
  lead(node: number): void {
    this.#leader = node;
    this.#leaderEpoch += 1;
    const startOffset = this.log.watermarks.end;
    this.#epochs.push({ epoch: this.#leaderEpoch, startOffset });
    this.changed.fire();
  }

  save(): SavedPartition {
    return { ...this.leadership(), log: this.log.save(), producers: this.producers.save() };
  }

  /** Who leads and may lead, and from which offset on each epoch counts. */
  leadership(): Pick<SavedPartition, 'replicas' | 'leader' | 'epochs'> {
    return { replicas: this.#replicas, leader: this.#leader, epochs: [...this.#epochs] };
  }

  /** Goes on from what was saved; call it on a fresh partition. */
  load({ log, producers, ...leadership }: SavedPartition): void {
    this.resumeLeadership(leadership);
    this.log.load(log);
    this.producers.load(producers);
  }

  /** Goes on under saved leaders and epochs. */
  resumeLeadership({ replicas, leader, epochs }: Pick<SavedPartition, 'replicas' | 'leader' | 'epochs'>): void {
    this.#replicas = replicas;
    this.#leader = leader;
    this.#epochs.splice(0, this.#epochs.length, ...epochs);
    this.#leaderEpoch = epochs.at(-1)?.epoch ?? 0;
  }

  /** Where records of `epoch` end: the start of the next larger epoch, or the end of the log (KIP-101). */
  endOffsetOf(epoch: number): { epoch: number; endOffset: bigint } | undefined {
    if (epoch > this.#leaderEpoch || epoch < 0) return undefined;
    const next = this.#epochs.find((entry) => entry.epoch > epoch);
    const own = this.#epochs.findLast((entry) => entry.epoch <= epoch);
    return { epoch: own?.epoch ?? 0, endOffset: next?.startOffset ?? this.log.watermarks.end };
  }

  /** Which epoch the record at `offset` was written in. */
  epochAt(offset: bigint): number {
    return this.#epochs.findLast((entry) => entry.startOffset <= offset)?.epoch ?? 0;
  }
}
