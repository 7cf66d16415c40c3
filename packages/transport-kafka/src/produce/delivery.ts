import { backoffDelay, type EventstreamError, isEventstreamError } from '@eventstream/core';
import { errorCodes, errorInfo, messages, type ResponseOf } from '@eventstream/kafka-protocol';
import { toEventstreamError } from '../errors/to-eventstream.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import type { Ready } from '../network/link.ts';
import type { Batch, Stored } from './batch.ts';
import { anonymous } from './batch-bytes.ts';
import { recordTooLarge, refusal } from './delivery-errors.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { answerFor, type BatchAnswer, type Passenger, produceRequest } from './produce-request.ts';
import { namedTopics } from './produce-versions.ts';
import type { ProducerIdentity, ProducerSource } from './producer-source.ts';
import { type Boarding, Pump } from './pump.ts';
import type { SenderOptions } from './sender.ts';
import type { Settling } from './settling.ts';
import { splitBatch } from './split.ts';
import { verdictOf } from './verdict.ts';

/** What a {@link Delivery} stands on. */
export type DeliveryOptions = SenderOptions & {
  readonly settling: Settling;
  /** An empty batch beside another one of its partition. */
  readonly spare: (batch: Batch) => Batch;
  readonly closed: () => boolean;
};

type Failure = NonNullable<Batch['lastFailure']>;

/** Delays between attempts: soon at first, since leaders move within milliseconds, and never more than a second. */
const pauses = { initialMs: 20, maxMs: 1000, jitter: 0.5 };
/** A topic may be unknown to one broker for a moment; after this many tries it is gone. About six seconds. */
const unknownTopicTries = 12;
/** The last epoch of a producer id. */
const lastEpoch = 0x7ffe;

const unplaced: Stored = { offset: -1, logAppendTime: -1 };

/** Carries batches to the leaders of their partitions and back again, until each is stored or refused. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #pump: Pump;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#pump = new Pump(options.cluster, {
      idempotent: options.source !== undefined,
      onBoarding: (ready, boarding) => this.#board(ready, boarding),
      onUnreachable: (queues, error) => this.#unreachable(queues, error),
    });
  }

  /** The partition may have something to send; it is looked at at the end of the turn. */
  offer(queue: PartitionQueue): void {
    this.#pump.offer(queue);
  }

  /** As {@link offer}, but now: a caller that appends without a pause keeps the turn from ending. */
  offerNow(queue: PartitionQueue): void {
    this.#pump.offer(queue);
    this.#pump.run();
  }

  #board(ready: Ready, boarding: readonly Boarding[]): void {
    const { acks, requestTimeoutMs: timeoutMs, source } = this.#options;
    const queues = boarding.map(({ queue }) => queue);
    const waiting = source?.known === undefined ? source?.ask(this.#options.closed) : source.enlist(queues, ready);
    if (waiting !== undefined) {
      this.#await(waiting, queues);
      return;
    }
    const passengers = boarding.map((one) => ({ ...one, bytes: this.#seal(one, source) }));
    const transactionalId = source?.transactionalId ?? null;
    const request = produceRequest(passengers, { acks, timeoutMs, transactionalId });
    const { connection, versions } = ready;
    for (const { queue, batch } of passengers) queue.departed(batch, connection);
    this.#pump.departed(connection);
    const version =
      versions.newest(messages.produce, source?.produceCap ?? namedTopics) ?? messages.produce.versions.from;
    const answered =
      acks === 0
        ? connection.post(messages.produce, request, version).then(() => undefined)
        : connection.request(messages.produce, request, { version, timeoutMs });
    answered.then(
      (answer) => {
        this.#pump.returned(connection);
        this.#answered(passengers, answer);
      },
      (error: unknown) => {
        this.#pump.returned(connection);
        this.#lost(passengers, error);
      },
    );
  }

  /** Nobody may send before a producer id is known, or before the transaction knows the partition. */
  #await(waiting: Promise<unknown>, queues: readonly PartitionQueue[]): void {
    const { settling } = this.#options;
    for (const queue of queues) queue.paused = true;
    const goOn = () => {
      for (const queue of queues) this.#resume(queue);
    };
    waiting.then(goOn, (error: unknown) => {
      const reason = this.#understand(error);
      for (const queue of queues) settling.rejectWaiting(queue, reason);
      goOn();
    });
  }

  #seal({ queue, batch }: Boarding, source: ProducerSource | undefined): Uint8Array {
    const { packing } = this.#options;
    batch.sealed = true;
    const known = source?.known;
    if (source === undefined || known === undefined) return batch.content.seal(anonymous, packing);
    if (queue.producerId < 0n || (queue.stale && source.renews)) this.#beginEpoch(queue, known);
    queue.number(batch);
    const { producerId: id, epoch } = queue;
    const transactional = source.transactionalId !== null;
    return batch.content.seal({ id, epoch, sequence: batch.sequence, transactional }, packing);
  }

  /** KIP-360: an idempotent producer raises its epoch by itself; brokers keep epochs by partition. */
  #beginEpoch(queue: PartitionQueue, { id, epoch }: ProducerIdentity): void {
    queue.renumber(id, queue.producerId === id ? queue.epoch + 1 : epoch);
    if (queue.epoch >= lastEpoch) this.#options.source?.exhausted?.();
  }

  #answered(passengers: readonly Passenger[], answer: ResponseOf<typeof messages.produce> | undefined): void {
    const moved = answer === undefined ? new Set<PartitionQueue>() : this.#learn(passengers, answer);
    for (const passenger of passengers) {
      const { queue, batch } = passenger;
      if (answer === undefined) this.#stored(queue, batch, unplaced);
      else this.#judge(passenger, answerFor(answer, passenger), moved.has(queue));
      this.#options.settling.front(queue);
      this.#pump.offer(queue);
    }
    this.#pump.run();
  }

  /** KIP-951: a refusal may name the new leader, which saves a look at the metadata. Gives the partitions it did so for. */
  #learn(passengers: readonly Passenger[], answer: ResponseOf<typeof messages.produce>): Set<PartitionQueue> {
    const moved = new Set<PartitionQueue>();
    const hints = passengers.flatMap((passenger) => {
      const { leaderId: leader, leaderEpoch: epoch } = answerFor(answer, passenger).currentLeader;
      const { topic, partition } = passenger.queue;
      if (leader < 0) return [];
      moved.add(passenger.queue);
      return [{ topic, partition, leader, epoch }];
    });
    if (hints.length > 0) this.#options.cluster.hint(hints, answer.nodeEndpoints);
    return moved;
  }

  #judge({ queue, batch }: Passenger, answer: BatchAnswer, moved: boolean): void {
    const { errorCode, errorMessage: said } = answer;
    if (errorCode === errorCodes.NONE) {
      this.#stored(queue, batch, { offset: Number(answer.baseOffset), logAppendTime: Number(answer.logAppendTimeMs) });
      return;
    }
    const { name, message } = errorInfo(errorCode);
    switch (verdictOf(errorCode)) {
      case 'stored':
        this.#stored(queue, batch, unplaced);
        return;
      case 'split':
        this.#split(queue, batch);
        return;
      case 'refuse':
        this.#refuse(queue, batch, refusal(batch, errorCode, said));
        return;
      case 'renew':
        // With batches ahead, it is their failure that this one tells of.
        if (!queue.isFirst(batch)) break;
        if (this.#options.source?.renews === false) {
          this.#refuse(queue, batch, refusal(batch, errorCode, said));
          return;
        }
        queue.stale = true;
        break;
      case 'again-unsure':
        batch.maybeStored = true;
        break;
      default:
    }
    this.#again(queue, batch, { code: name, message: said ?? message });
    if (!queue.paused) this.#pause(queue, name, moved);
  }

  #lost(passengers: readonly Passenger[], error: unknown): void {
    const maybeServed = !(error instanceof BrokerLost) || error.maybeServed;
    const failure = { code: 'NETWORK_EXCEPTION', message: (error as Error).message, cause: error };
    for (const { queue, batch } of passengers) {
      if (maybeServed) batch.maybeStored = true;
      this.#again(queue, batch, failure);
      this.#options.settling.front(queue);
      if (!queue.paused) this.#pause(queue, failure.code, false);
    }
  }

  #stored(queue: PartitionQueue, batch: Batch, stored: Stored): void {
    queue.succeeded();
    this.#options.cluster.worked();
    // Given up by its deadline while it was on its way.
    if (batch.state === 'rejected') return;
    batch.state = 'stored';
    batch.stored = stored;
  }

  #split(queue: PartitionQueue, batch: Batch): void {
    const { maxRequestBytes, settling, spare } = this.#options;
    if (batch.records === 1 || batch.state === 'rejected') {
      this.#refuse(queue, batch, recordTooLarge(batch.topic, batch.content.size, maxRequestBytes));
      return;
    }
    queue.failed();
    const halves = splitBatch(batch, () => spare(batch));
    queue.batches.splice(queue.batches.indexOf(batch), 1, ...halves);
    settling.replaced(batch, halves);
  }

  /** Refused for good. Those behind it were numbered as if it were stored, so a new epoch begins. */
  #refuse(queue: PartitionQueue, batch: Batch, error: EventstreamError): void {
    queue.failed();
    queue.stale = true;
    if (batch.state !== 'rejected') this.#options.settling.reject(batch, error);
  }

  #again(queue: PartitionQueue, batch: Batch, failure: Failure): void {
    const isFirst = queue.isFirst(batch);
    queue.failed();
    if (batch.state === 'rejected') return;
    batch.state = 'waiting';
    batch.lastFailure = failure;
    if (isFirst) queue.failures += 1;
    if (failure.code !== 'UNKNOWN_TOPIC_OR_PARTITION' || queue.failures <= unknownTopicTries) return;
    queue.failures = 0;
    const gone = refusal(batch, errorCodes.UNKNOWN_TOPIC_OR_PARTITION, failure.message);
    this.#options.settling.rejectWaiting(queue, gone);
  }

  #pause(queue: PartitionQueue, reason: string, moved: boolean): void {
    const { moments, random, cluster } = this.#options;
    const { topic, partition } = queue;
    const attempt = Math.max(queue.failures, 1);
    const delayMs = attempt === 1 && (queue.stale || moved) ? 0 : backoffDelay(attempt, pauses, random);
    if (moments.wants('transport.retrying')) {
      moments.publish('transport.retrying', { topic, partition, attempt, delayMs, reason });
    }
    if (delayMs === 0) return;
    queue.paused = true;
    const looked = cluster.refresh();
    void Promise.all([cluster.pause(delayMs), looked]).then(() => this.#resume(queue));
  }

  #resume(queue: PartitionQueue): void {
    queue.paused = false;
    this.#pump.offer(queue);
  }

  #unreachable(queues: readonly PartitionQueue[], error: unknown): void {
    const reason = this.#understand(error);
    const passing = isEventstreamError(reason, 'transport-unreachable');
    for (const queue of queues) {
      const batch = queue.batches.find(({ state }) => state === 'waiting');
      if (batch === undefined) continue;
      if (!passing) {
        this.#options.settling.rejectWaiting(queue, reason);
        continue;
      }
      batch.lastFailure = { code: 'NETWORK_EXCEPTION', message: (error as Error).message, cause: error };
      queue.failures += 1;
      if (!queue.paused) this.#pause(queue, 'NETWORK_EXCEPTION', false);
    }
  }

  #understand(error: unknown): EventstreamError {
    return toEventstreamError(error, { operation: 'produce', brokers: this.#options.brokers });
  }
}
