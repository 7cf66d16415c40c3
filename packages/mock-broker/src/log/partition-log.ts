import { patchBatch, type RecordBatch, readTransactionMarker, stampLogAppendTime } from '@eventstream/kafka-protocol';
import { BatchIndex, type SavedBatches, type StoredBatch } from './batch-index.ts';
import { LogMemory } from './log-memory.ts';
import { OpenTransactions, type SavedTransactions } from './open-transactions.ts';
import { Watermarks } from './watermarks.ts';

/** How a batch is stored. */
export type AppendRules = {
  readonly leaderEpoch: number;
  /** Set when the topic wants the broker's time instead of the producer's. */
  readonly logAppendTime?: bigint | undefined;
};

/** How much is read at once. */
export type ReadLimits = {
  readonly maxBytes: number;
  /** Gives the first batch whatever its size. */
  readonly atLeastOne: boolean;
  /** Nothing from this offset on: the last stable offset for those who read committed records only. */
  readonly before?: bigint | undefined;
};

/** A log at one moment. Its batches are shared, not copied: nobody changes them. */
export type SavedLog = {
  readonly batches: SavedBatches;
  readonly bytes: number;
  readonly logStart: bigint;
  readonly end: bigint;
  readonly transactions: SavedTransactions;
};

/** Record batches of one partition as opaque bytes: never decoded, never rebuilt, handed out as they were stored. */
export class PartitionLog {
  readonly watermarks = new Watermarks();
  readonly transactions = new OpenTransactions();
  readonly #batches = new BatchIndex();
  readonly #maxBytes: number;
  readonly #memory: LogMemory;
  #bytes = 0;
  #rewrites = 0;

  /** `maxBytes` bounds what is kept, `memory` what all logs keep; the newest batch always stays, however large. */
  constructor(maxBytes: number, memory = new LogMemory(Number.POSITIVE_INFINITY)) {
    this.#maxBytes = maxBytes;
    this.#memory = memory;
  }

  get sizeInBytes(): number {
    return this.#bytes;
  }

  /** How often batches were replaced by others. */
  get rewrites(): number {
    return this.#rewrites;
  }

  /** When the oldest batch came, unless it is also the newest; an order over all logs of the cluster. */
  get oldestArrival(): number | undefined {
    return this.#batches.length > 1 ? this.#batches.at(0)?.arrival : undefined;
  }

  /** Stores a verified batch and gives its first offset. The bytes belong to the log from now on. */
  append(batch: RecordBatch, rules: AppendRules): bigint {
    const bytes = unpinned(batch.bytes);
    if (rules.logAppendTime !== undefined) stampLogAppendTime(bytes, rules.logAppendTime);
    const maxTimestamp = rules.logAppendTime ?? batch.maxTimestamp;
    const count = batch.recordCount;
    const baseOffset = this.watermarks.advanceEnd(count);
    patchBatch(bytes, { baseOffset, partitionLeaderEpoch: rules.leaderEpoch });
    const before = this.#batches.last()?.runningMaxTimestamp ?? -1n;
    this.#batches.push({
      bytes,
      arrival: this.#memory.nextArrival(),
      baseOffset,
      lastOffset: baseOffset + BigInt(count - 1),
      maxTimestamp,
      runningMaxTimestamp: maxTimestamp > before ? maxTimestamp : before,
    });
    this.#count(bytes.byteLength);
    if (batch.isTransactional) this.#decide(batch, baseOffset);
    while (this.#bytes > this.#maxBytes && this.#batches.length > 1) this.dropOldest();
    this.#memory.makeRoom();
    return baseOffset;
  }

  save(): SavedLog {
    const { logStart, end } = this.watermarks;
    return { batches: this.#batches.save(), bytes: this.#bytes, logStart, end, transactions: this.transactions.save() };
  }

  /** Goes on from what was saved; call it on a fresh log. */
  load({ batches, bytes, logStart, end, transactions }: SavedLog): void {
    this.#batches.load(batches);
    this.transactions.load(transactions);
    this.watermarks.load({ logStart, end, undecided: this.transactions.firstUndecided });
    this.#count(bytes);
  }

  /** Puts a saved batch behind those there are; what it meant to offsets and transactions was loaded with the log. */
  keep(batch: StoredBatch): void {
    this.#batches.push(batch);
    this.#count(batch.bytes.byteLength);
  }

  /** The batches from the one holding `offset` on. */
  since(offset: bigint): StoredBatch[] {
    const found: StoredBatch[] = [];
    for (let at = this.#indexOf(offset); at < this.#batches.length; at += 1) found.push(this.#batches.at(at)!);
    return found;
  }

  /** Whole batches from the one holding `offset` on, within the limits. */
  read(offset: bigint, { maxBytes, atLeastOne, before }: ReadLimits): Uint8Array[] {
    const found: Uint8Array[] = [];
    let size = 0;
    for (let at = this.#indexOf(offset); at < this.#batches.length; at += 1) {
      const { bytes, baseOffset } = this.#batches.at(at)!;
      if (before !== undefined && baseOffset >= before) break;
      if (size + bytes.byteLength > maxBytes && !(atLeastOne && found.length === 0)) break;
      found.push(bytes);
      size += bytes.byteLength;
    }
    return found;
  }

  /** How many bytes a fetch from `offset` could get, counted no further than `enough`. */
  availableFrom(offset: bigint, enough: number, before?: bigint): number {
    let size = 0;
    for (let at = this.#indexOf(offset); at < this.#batches.length && size < enough; at += 1) {
      const { bytes, baseOffset } = this.#batches.at(at)!;
      if (before !== undefined && baseOffset >= before) break;
      size += bytes.byteLength;
    }
    return size;
  }

  first(): StoredBatch | undefined {
    return this.#batches.at(0);
  }

  batches(): readonly StoredBatch[] {
    return this.#batches.all();
  }

  /** The first batch that holds a record at or after `timestamp`. */
  firstBatchSince(timestamp: bigint): StoredBatch | undefined {
    // Running maxima remember batches that are gone, so they say where to begin, not where to end.
    let at = this.#batches.firstWhere((batch) => batch.runningMaxTimestamp >= timestamp);
    while (at < this.#batches.length && this.#batches.at(at)!.maxTimestamp < timestamp) at += 1;
    return this.#batches.at(at);
  }

  /** The first batch that holds the highest timestamp of the log. */
  batchOfMaxTimestamp(): StoredBatch | undefined {
    const [first, ...others] = this.#batches.all();
    return others.reduce((best, batch) => (best && batch.maxTimestamp > best.maxTimestamp ? batch : best), first);
  }

  /** Lets `edit` replace each batch, or drop it by giving none. Offsets stay, so what is dropped leaves a gap. */
  rewrite(edit: (batch: StoredBatch) => StoredBatch | undefined): void {
    const kept = this.#batches.all().flatMap((batch) => edit(batch) ?? []);
    this.#rewrites += 1;
    this.#batches.replaceAll(kept);
    this.#count(kept.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) - this.#bytes);
  }

  /** Forgets every record below `offset`; batches are freed once all their records are. */
  deleteBefore(offset: bigint): void {
    this.watermarks.raiseLogStart(offset);
    const start = this.watermarks.logStart;
    for (let first = this.#batches.at(0); first && first.lastOffset < start; first = this.#batches.at(0)) {
      this.#batches.dropFirst();
      this.#count(-first.bytes.byteLength);
    }
    this.transactions.aborted.forgetBefore(start);
  }

  /** Forgets the oldest batch with all its records. */
  dropOldest(): void {
    const first = this.#batches.at(0);
    if (first) this.deleteBefore(first.lastOffset + 1n);
  }

  /** Data opens a transaction or goes on with it, a marker decides it; the last stable offset follows. */
  #decide(batch: RecordBatch, baseOffset: bigint): void {
    const { producerId } = batch;
    if (batch.isControl) {
      const [record] = batch.records();
      const aborted = (record && readTransactionMarker(record)?.type) === 'abort';
      this.transactions.end(producerId, { aborted, at: baseOffset });
    } else {
      this.transactions.begin(producerId, baseOffset);
    }
    this.watermarks.holdStableAt(this.transactions.firstUndecided);
  }

  #indexOf(offset: bigint): number {
    return this.#batches.firstWhere((batch) => batch.lastOffset >= offset);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#memory.count(this, bytes);
  }
}

/** A small view would keep its whole request frame alive: it is copied out, a view that is most of its frame is kept. */
function unpinned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength * 2 >= bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
