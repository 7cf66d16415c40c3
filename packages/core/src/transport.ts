import type { EventstreamError } from './errors.ts';
import type { MomentHub } from './moments.ts';
import type { WaitOptions } from './wait.ts';

/**
 * The port through which producer and consumer reach a broker. A driver implements it; the conformance suite holds every
 * driver to each sentence written here. Two shapes carry the hot path:
 *
 * - **Producing is appending.** One call appends one record to the driver's open batch of one partition and gives its
 *   receipt. No array of message objects crosses the port.
 * - **Consuming is viewing.** A record is a view over what was fetched; keeping it long means copying it.
 *
 * Offsets are numbers: every integer up to 2^53 − 1, which a partition at a million records a second reaches in 285 years.
 */
export interface Transport {
  /** The driver's name, such as `kafkajs` or `memory`. Shown in errors and telemetry. */
  readonly name: string;
  /** What this driver promises beyond the common contract. A case of the suite that needs more is declared, not skipped. */
  readonly capabilities: TransportCapabilities;
  /** Where the driver publishes its moments. */
  readonly moments: MomentHub;
  /** True while unacknowledged bytes are at their bound. Appending then rejects with `buffer-full`. */
  readonly full: boolean;

  /**
   * Reaches the brokers. Counted: a transport shared by two owners is closed when both have closed it. Rejects with
   * `transport-unreachable`, `authentication-failed`, `timeout` or `aborted`.
   */
  connect(options?: WaitOptions): Promise<void>;

  /**
   * Ends what this owner started. Appended records are flushed until `timeoutMs` (default 10,000); what could not be sent is
   * counted in the report and its receipts reject. Never rejects, never hangs past the deadline.
   */
  close(options?: WaitOptions): Promise<TransportCloseReport>;

  /** A writer for one topic. Rejects with `topic-missing` when the topic is not there and cannot be created. */
  topic(name: string, options?: WaitOptions): Promise<TopicWriter>;

  /** Sends every open batch now and resolves when all records appended before the call are settled, well or badly. */
  flush(options?: WaitOptions): Promise<void>;

  /** Resolves when {@link full} has become false. */
  drained(options?: WaitOptions): Promise<void>;

  /** Joins a group and pushes what it is assigned. Resolves once the group accepted the member. */
  subscribe(request: SubscriptionRequest, options?: WaitOptions): Promise<Subscription>;
}

/** What a driver promises beyond the common contract of {@link Transport}. */
export interface TransportCapabilities {
  /** A lost answer never becomes a second copy in the log (idempotent producing). */
  readonly idempotent: boolean;
  /** {@link SubscriptionRequest.onRevoked} is called before another member may be assigned the partition. */
  readonly revokesBeforeReassign: boolean;
  /** Records survive the process: a log on brokers rather than in memory. */
  readonly durable: boolean;
}

/** A header as it stands in the record. Reusing one frozen pair for many records lets a driver encode it once. */
export type Header = readonly [name: string, value: Uint8Array | string | null];

/** Bytes, or a string that is written as UTF-8, or `null` (no key; a tombstone). */
export type Bytes = Uint8Array | string | null;

/** Appends to one topic. Stays valid for the transport's life and follows partitions that are added. */
export interface TopicWriter {
  readonly topic: string;
  /** How many partitions the topic has, as last learnt from the brokers. */
  readonly partitions: number;
  /**
   * Puts one record into the partition's open batch. Resolves when the brokers have it as durably as the driver was asked
   * (all in-sync replicas by default). Receipts of one partition resolve in append order. The bytes are taken before the
   * call returns: the caller may reuse its buffers. With an `outcome` it resolves and rejects with what that makes of it.
   *
   * Rejects with `buffer-full`, `record-too-large`, `partition-missing`, `delivery-failed`, `delivery-timeout`,
   * `authorization-failed` or `transport-closed`. After a rejection with `delivery-timeout` the record may be stored or not.
   */
  append<Result = Appended>(
    partition: number,
    key: Bytes,
    value: Bytes,
    headers: readonly Header[],
    timestamp: number,
    outcome?: Outcome<Result>,
  ): Promise<Result>;
}

/**
 * What an appender makes of one record's outcome, so that the driver's promise can be its own: a promise for each record is
 * most of what a record costs. One of the two is called, once, at the latest when the promise settles. Neither may throw.
 */
export interface Outcome<Result> {
  /** What the promise resolves with. */
  stored(appended: Appended): Result;
  /** What the promise rejects with. */
  failed(error: unknown): Error;
}

/** The receipt of one appended record. */
export interface Appended {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch as stored: the record's own, or the broker's where the topic says LogAppendTime. */
  readonly timestamp: number;
  /** How many times the batch was sent, 1 when all went well. */
  readonly attempts: number;
}

/** What closing left behind. */
export interface TransportCloseReport {
  /** Records whose receipts were rejected because the deadline passed. */
  readonly unsent: number;
}

/** One partition of one topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A partition and the next offset to be read by the group. */
export interface PartitionOffset extends TopicPartition {
  readonly offset: number;
}

/** What a consumer asks of a driver. The callbacks are synchronous and must return at once. */
export interface SubscriptionRequest {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a partition without a committed offset begins. */
  readonly startFrom: 'earliest' | 'latest';
  /** The group forgets a silent member after this many milliseconds. Default 30,000, or what the brokers say where they decide (KIP-848). */
  readonly sessionTimeoutMs?: number;
  /**
   * Partitions now owned. `epoch` rises with every assignment; every batch and commit names it, so that work begun under an
   * older ownership can be told from new work.
   */
  onAssigned(partitions: readonly TopicPartition[], epoch: number): void;
  /** Ownership has ended: no more batches come with this epoch and commits with it reject with `fenced`. */
  onRevoked(partitions: readonly TopicPartition[], epoch: number): void;
  /** Records of one partition, in offset order, without gaps but those of the log itself. */
  onRecords(batch: RecordBatch): void;
  /** Trouble. When `error.retriable` the driver goes on by itself; otherwise the subscription has ended. */
  onError(error: EventstreamError): void;
}

/** A running membership of a group. */
export interface Subscription {
  /** Stops pushing a partition. Records that were already pushed stay pushed; nothing is lost. */
  pause(partition: TopicPartition): void;
  /** Goes on pushing where the partition stopped. */
  resume(partition: TopicPartition): void;
  /** Moves the next offset to be pushed, within this ownership only. */
  seek(position: PartitionOffset): void;
  /** Stores next offsets for the group. Rejects with `fenced` when `epoch` is no longer the owner's. */
  commit(offsets: readonly PartitionOffset[], epoch: number): Promise<void>;
  /** Leaves the group so that others take over at once. Never rejects; bounded by `timeoutMs` (default 10,000). */
  close(options?: WaitOptions): Promise<void>;
}

/** Records of one partition as they were fetched. */
export interface RecordBatch extends TopicPartition {
  readonly epoch: number;
  readonly records: readonly RecordView[];
  /** The offset after the last one this batch covers, which is past control records and compaction gaps. */
  readonly nextOffset: number;
  /** The end of the partition as seen by that fetch, for lag; `null` when the driver does not say. */
  readonly highWatermark: number | null;
}

/** One record, viewed. `key`, `value` and `headers` may be decoded on access and pin the fetched buffer: copy to keep. */
export interface RecordView {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
  /** The same record with bytes of its own. */
  copy(): RecordView;
}

/** A topic to create. */
export interface NewTopic {
  readonly topic: string;
  /** Default: the broker's. */
  readonly partitions?: number;
  /** Default: the broker's. */
  readonly replicationFactor?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

/** Topic administration, on drivers whose type says so. */
export interface TopicAdmin {
  /** Creates the topics that are not there; resolves with the names of those that were made. */
  createTopics(topics: readonly NewTopic[], options?: WaitOptions): Promise<readonly string[]>;
  /** Deletes topics; a missing one is an error, `topic-missing`. */
  deleteTopics(topics: readonly string[], options?: WaitOptions): Promise<void>;
}

/** Reading offsets without a group, on log transports. */
export interface OffsetLookup {
  /** The first and the next offset of each partition. */
  offsets(
    topic: string,
    options?: WaitOptions,
  ): Promise<readonly (TopicPartition & { readonly first: number; readonly next: number })[]>;
  /** What a group has committed; partitions without a commit are left out. */
  committed(group: string, topic: string, options?: WaitOptions): Promise<readonly PartitionOffset[]>;
}

/** Producing in transactions, on drivers whose type says so. */
export interface Transactions {
  /**
   * A producer of its own under a transactional id. Whoever used the id before is fenced from then on, and what it had begun is
   * aborted. Rejects with `authorization-failed`, `broker-refused`, `transport-unreachable`, `timeout` or `aborted`.
   */
  transactional(transactionalId: string, options?: TransactionalOptions & WaitOptions): Promise<TransactionalProducer>;
}

/** How a transactional producer behaves. */
export interface TransactionalOptions {
  /** Brokers abort a transaction that is open longer than this, in milliseconds. Default 60,000. */
  readonly transactionTimeoutMs?: number;
}

/**
 * One transaction after another: records, and the offsets of what they were made from, that readers of committed records see
 * all or not at all. Rejects with `producer-fenced` for ever once another producer uses the transactional id.
 */
export interface TransactionalProducer {
  readonly transactionalId: string;
  /** A writer whose records belong to the transaction that is open; appending while none is rejects with `transaction-state`. */
  topic(name: string, options?: WaitOptions): Promise<TopicWriter>;
  /** Opens a transaction. Throws `transaction-state` when one is open. */
  begin(): void;
  /**
   * Adds next offsets of a group to the transaction. `subscription` is the one the records came from: offsets of a partition
   * it does not own any more reject with `fenced`, and the transaction can only be aborted.
   */
  sendOffsets(offsets: readonly PartitionOffset[], subscription: Subscription, epoch: number): Promise<void>;
  /** Sends what waits and makes all of it visible. When it rejects, nothing is; `abort` then, and begin again. */
  commit(options?: WaitOptions): Promise<void>;
  /** Takes all of it back. Does nothing when no transaction is open. */
  abort(options?: WaitOptions): Promise<void>;
  /** Aborts what is open and lets go of it. Never rejects; bounded by `timeoutMs` (default 10,000). */
  close(options?: WaitOptions): Promise<void>;
}
