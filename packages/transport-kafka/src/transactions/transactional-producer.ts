import {
  type Appended,
  type Bytes,
  configError,
  EventstreamError,
  type Header,
  isEventstreamError,
  type MomentHub,
  type Outcome,
  type PartitionOffset,
  type Subscription,
  type TopicWriter,
  type TransactionalProducer,
  type WaitOptions,
  waitFor,
  within,
} from '@eventstream/core';
import type { AdminContext } from '../admin/context.ts';
import { KafkaSubscription } from '../consume/subscription.ts';
import { commitInTransaction } from '../group/txn-offsets.ts';
import type { Ready } from '../network/link.ts';
import type { PartitionQueue } from '../produce/partition-queue.ts';
import { explicitJoin, namedTopics } from '../produce/produce-versions.ts';
import type { ProducerIdentity, ProducerSource } from '../produce/producer-source.ts';
import { refusal, Sender, type SenderOptions } from '../produce/sender.ts';
import { KafkaTopicWriter } from '../produce/topic-writer.ts';
import { CoordinatorLink } from './coordinator-link.ts';
import { producerFenced, wrongState } from './errors.ts';
import { mayFollow, type TransactionState } from './states.ts';

/** What a transactional producer stands on. */
export type TransactionalContext = {
  readonly admin: AdminContext;
  readonly moments: MomentHub;
  readonly sending: Omit<SenderOptions, 'source' | 'acks'>;
  readonly transactionTimeoutMs: number;
  /** Makes sure that a topic is there. */
  readonly find: (topic: string, wait: WaitOptions) => Promise<void>;
  readonly ended: (producer: KafkaTransactionalProducer) => void;
};

const closeMs = 10_000;

/** Transactions of one transactional id, one after another. */
export class KafkaTransactionalProducer implements TransactionalProducer, ProducerSource {
  readonly transactionalId: string;
  readonly renews = false;
  readonly #context: TransactionalContext;
  readonly #link: CoordinatorLink;
  readonly #sender: Sender;
  readonly #enlisted = new Set<PartitionQueue>();
  readonly #groups = new Set<string>();
  #state: TransactionState = 'ready';
  #identity: ProducerIdentity | undefined;
  #failure: EventstreamError | undefined;
  #isV2 = false;
  /** Sequences may have gaps that no broker has seen: raise the epoch before going on. */
  #broken = false;

  constructor(context: TransactionalContext, transactionalId: string) {
    this.#context = context;
    this.transactionalId = transactionalId;
    this.#link = new CoordinatorLink(context.admin, transactionalId);
    this.#sender = new Sender({ ...context.sending, acks: -1, source: this });
  }

  get known(): ProducerIdentity | undefined {
    return this.#identity;
  }

  get produceCap(): number {
    return this.#isV2 ? namedTopics : explicitJoin;
  }

  async ask(): Promise<void> {
    throw wrongState(this.transactionalId, this.#state, 'Begin a transaction first.');
  }

  /** Takes the transactional id over. */
  async start(wait: WaitOptions): Promise<void> {
    this.#identity = await this.#link.init(this.#context.transactionTimeoutMs, undefined, wait);
  }

  async topic(name: string, options: WaitOptions = {}): Promise<TopicWriter> {
    this.#assertLive();
    await this.#context.find(name, options);
    const writer = new KafkaTopicWriter(name, this.#context.admin.cluster.topics, this.#sender);
    const isOpen = (): boolean => this.#state === 'open';
    return {
      topic: name,
      get partitions() {
        return writer.partitions;
      },
      append: <Result = Appended>(
        partition: number,
        key: Bytes,
        value: Bytes,
        headers: readonly Header[],
        timestamp: number,
        outcome?: Outcome<Result>,
      ): Promise<Result> =>
        isOpen()
          ? writer.append(partition, key, value, headers, timestamp, outcome)
          : refusal({ outcome }, this.#failure ?? this.#wrong('Begin a transaction first.')),
    };
  }

  begin(): void {
    this.#assertLive();
    if (this.#state !== 'ready') throw this.#wrong('Commit or abort before beginning another.');
    this.#move('open');
  }

  async sendOffsets(offsets: readonly PartitionOffset[], subscription: Subscription, epoch: number): Promise<void> {
    if (this.#state !== 'open') throw this.#failure ?? this.#wrong('Begin a transaction first.');
    if (!(subscription instanceof KafkaSubscription)) {
      throw configError('subscription', 'offsets of a transaction need a subscription of the kafka transport.');
    }
    if (offsets.length === 0) return;
    const identity = this.#identity as ProducerIdentity;
    try {
      const member = subscription.member(offsets, epoch);
      if (!this.#isV2 && !this.#groups.has(member.group)) await this.#link.addOffsets(identity, member.group);
      this.#groups.add(member.group);
      await commitInTransaction(
        this.#context.admin,
        { ...identity, ...member, transactionalId: this.transactionalId },
        offsets,
      );
    } catch (error) {
      this.failed(error as EventstreamError);
      throw error;
    }
  }

  async commit(options: WaitOptions = {}): Promise<void> {
    if (this.#state === 'failed') throw this.#failure ?? this.#wrong('Abort it.');
    if (this.#state !== 'open') throw this.#wrong('There is nothing to commit.');
    const { clock } = this.#context.admin.settings;
    const operation = `commit transaction "${this.transactionalId}"`;
    await waitFor(this.#sender.flush(), { operation, clock, ...options }).catch((error: EventstreamError) => {
      this.failed(error);
      throw error;
    });
    // What could not be stored has made the transaction fail while it was waited for.
    if (this.#failure !== undefined) throw this.#failure;
    await this.#end(true, options);
  }

  async abort(options: WaitOptions = {}): Promise<void> {
    if (this.#state === 'ready') return;
    if (this.#state !== 'open' && this.#state !== 'failed') throw this.#failure ?? this.#wrong('It cannot be aborted.');
    const { clock } = this.#context.admin.settings;
    const given = new EventstreamError('aborted', {
      message: `Transaction "${this.transactionalId}" was aborted before the record was stored.`,
      facts: { operation: 'append' },
    });
    this.#broken ||= this.#state === 'failed';
    if (this.#state === 'open') this.failed(given);
    const operation = `abort transaction "${this.transactionalId}"`;
    await waitFor(this.#sender.giveUp(given), { operation, clock, ...options });
    await this.#end(false, options);
  }

  async close({ timeoutMs = closeMs }: WaitOptions = {}): Promise<void> {
    if (this.#state === 'closed') return;
    const { clock } = this.#context.admin.settings;
    if (this.#state === 'open' || this.#state === 'failed') await within(this.abort({ timeoutMs }), timeoutMs, clock);
    this.#state = 'closed';
    const closed = this.#wrong('Make another one.');
    this.#sender.close(closed);
    this.#sender.abandon(closed);
    this.#context.ended(this);
  }

  /** Partitions are told before the first batch, where writing alone does not tell (KIP-890). */
  enlist(queues: readonly PartitionQueue[], ready: Ready): Promise<void> | undefined {
    // One transaction is of one kind, whatever a broker that has just started says of the cluster's features; and there is no way
    // back, since the second kind takes the epoch to tell transactions apart.
    if (this.#enlisted.size === 0 && this.#groups.size === 0) this.#isV2 ||= CoordinatorLink.joinsImplicitly(ready);
    const fresh = queues.filter((queue) => !this.#enlisted.has(queue));
    if (fresh.length === 0) return undefined;
    if (this.#isV2) {
      for (const queue of fresh) this.#enlisted.add(queue);
      return undefined;
    }
    const topics = [...new Set(fresh.map(({ topic }) => topic))].map((name) => ({
      name,
      partitions: fresh.filter(({ topic }) => topic === name).map(({ partition }) => partition),
    }));
    return this.#link.addPartitions(this.#identity as ProducerIdentity, topics).then(() => {
      for (const queue of fresh) this.#enlisted.add(queue);
    });
  }

  /** Something of the transaction is lost: all of it is. */
  failed(error: EventstreamError): void {
    const isFenced = isEventstreamError(error, 'producer-fenced');
    const isOverrun =
      isEventstreamError(error, 'delivery-failed') &&
      /^(INVALID_PRODUCER_EPOCH|PRODUCER_FENCED)$/.test(error.facts.kafkaCode);
    if (isFenced || isOverrun) {
      this.#failure = producerFenced(this.transactionalId, this.#identity?.epoch ?? -1);
      this.#move('fenced');
      return;
    }
    if (this.#state !== 'open' && this.#state !== 'ending') return;
    this.#failure = error;
    this.#broken = true;
    this.#move('failed');
    void this.#sender.giveUp(error);
  }

  async #end(committed: boolean, wait: WaitOptions): Promise<void> {
    this.#move('ending');
    const identity = this.#identity as ProducerIdentity;
    try {
      // A transaction nobody has heard of has no end.
      const isKnown = this.#enlisted.size > 0 || this.#groups.size > 0;
      let next = isKnown ? await this.#link.end(identity, committed, { v2: this.#isV2, ...wait }) : identity;
      // KIP-360: what was given up has left gaps in the sequences, which a new epoch closes.
      if (this.#broken && next.epoch === identity.epoch && next.id === identity.id) {
        next = await this.#link.init(this.#context.transactionTimeoutMs, identity, wait);
      }
      if (next.epoch !== identity.epoch || next.id !== identity.id) this.#sender.renumber(next);
      this.#identity = next;
    } catch (error) {
      if (isEventstreamError(error, 'producer-fenced')) this.failed(error);
      else {
        this.#failure = error as EventstreamError;
        this.#move('failed');
      }
      throw error;
    }
    this.#enlisted.clear();
    this.#groups.clear();
    this.#failure = undefined;
    this.#broken = false;
    this.#move('ready');
  }

  #move(to: TransactionState): void {
    if (mayFollow(this.#state, to)) this.#state = to;
  }

  #assertLive(): void {
    if (this.#state === 'fenced' || this.#state === 'closed') throw this.#failure ?? this.#wrong('Make another one.');
  }

  #wrong(hint: string): EventstreamError {
    return wrongState(this.transactionalId, this.#state, hint);
  }
}
