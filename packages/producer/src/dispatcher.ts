import { EventstreamError, type MomentHub, type TopicWriter } from '@eventstream/core';
import type { Connection } from './connection.ts';
import { Deadlines } from './deadlines.ts';
import { asEventstreamError } from './errors.ts';
import { Fifo } from './fifo.ts';
import type { Ledger } from './ledger.ts';
import type { ProducerSettings, Receipt } from './options.ts';
import type { Outgoing, OutgoingRecord } from './outgoing.ts';
import { TopicLane } from './topic-lane.ts';
import { WaitingRoom } from './waiting-room.ts';

/** What a dispatcher works with. */
export interface DispatcherContext {
  readonly settings: ProducerSettings;
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly moments: MomentHub;
}

/**
 * Brings events to the transport in the order of the calls. An event goes there at once, or waits for its topic in the
 * topic's lane and then for room in the backlog; nothing overtakes on either.
 */
export class Dispatcher {
  readonly #settings: ProducerSettings;
  readonly #connection: Connection;
  readonly #ledger: Ledger;
  readonly #room: WaitingRoom;
  readonly #patience: Deadlines;
  readonly #lanes = new Map<string, TopicLane>();
  readonly #backlog = new Fifo<Outgoing>();
  #awaitingRoom = false;

  constructor({ settings, connection, ledger, moments }: DispatcherContext) {
    this.#settings = settings;
    this.#connection = connection;
    this.#ledger = ledger;
    this.#room = new WaitingRoom(settings, moments);
    this.#patience = new Deadlines(settings.clock, {
      durationMs: settings.fullTimeoutMs,
      isOver: (outgoing) => !outgoing.waiting || outgoing.settled,
      onExpired: (outgoing) => this.#reject(outgoing, this.#room.expiry(outgoing)),
    });
  }

  /** The partition for a key, or −1 while the topic's partitions are not known. */
  partitionFor(topic: string, key: string | null): number {
    return this.#lane(topic).partitionFor(key);
  }

  /** The event's receipt. Throws `buffer-full` when the event can neither go nor wait. */
  dispatch(outgoing: Outgoing, signal: AbortSignal | undefined): Promise<Receipt> {
    if (signal?.aborted) throw abortedError(outgoing, signal);
    const lane = this.#lane(outgoing.topic);
    if (lane.writer !== undefined && this.#backlog.length === 0 && !this.#blocked()) {
      this.#ledger.open(outgoing);
      if (this.#settings.sendTimeoutMs === undefined) return this.#append(lane, outgoing);
      return this.#appendAside(lane, outgoing);
    }
    const refusal = this.#room.refusal(outgoing);
    if (refusal !== undefined) throw refusal;
    this.#ledger.open(outgoing);
    this.#room.enter(outgoing);
    const { promise } = outgoing;
    if (signal !== undefined) this.#listen(outgoing, signal);
    if (lane.writer === undefined) lane.waitForTopic(outgoing);
    else this.#waitForRoom(outgoing);
    return promise;
  }

  /** Rejects everything that was not handed to the transport. */
  abandon(error: EventstreamError): void {
    for (const lane of this.#lanes.values()) for (const outgoing of lane.takeWaiting()) this.#reject(outgoing, error);
    this.#rejectBacklog(error);
  }

  #blocked(): boolean {
    return this.#settings.transport.full && !this.#settings.rejectWhenFull;
  }

  #lane(topic: string): TopicLane {
    const known = this.#lanes.get(topic);
    if (known !== undefined) return known;
    const lane = new TopicLane(topic, {
      partitioner: this.#settings.partitioner,
      open: async (name) => {
        await this.#connection.ready();
        return this.#settings.transport.topic(name, { timeoutMs: this.#settings.connectTimeoutMs });
      },
      onOpened: (opened, waiting) => this.#enqueueOpened(opened, waiting),
      onFailed: (waiting, error) => {
        for (const outgoing of waiting) this.#reject(outgoing, error);
      },
    });
    this.#lanes.set(topic, lane);
    return lane;
  }

  #enqueueOpened(lane: TopicLane, waiting: readonly Outgoing[]): void {
    for (const outgoing of waiting) {
      if (outgoing.settled) this.#room.leave(outgoing);
      else if (this.#place(lane, outgoing)) this.#waitForRoom(outgoing);
    }
    this.#pump();
  }

  /** A partitioner that throws costs its own event, not those behind it. */
  #place(lane: TopicLane, outgoing: Outgoing): boolean {
    try {
      if (outgoing.partition < 0) outgoing.placeOn(lane.partitionFor(outgoing.record?.key ?? null));
      return true;
    } catch (error) {
      this.#reject(outgoing, asEventstreamError(error, 'the partitioner'));
      return false;
    }
  }

  #waitForRoom(outgoing: Outgoing): void {
    this.#backlog.push(outgoing);
    this.#patience.watch(outgoing);
    if (this.#blocked()) this.#awaitRoom();
  }

  #pump(): void {
    for (let first = this.#backlog.peek(); first !== undefined; first = this.#backlog.peek()) {
      if (this.#blocked() && !first.settled) {
        this.#awaitRoom();
        return;
      }
      this.#backlog.shift();
      if (first.settled) this.#room.leave(first);
      else void this.#appendAside(this.#lane(first.topic), first);
    }
    this.#patience.clear();
    // Whoever flushes waits for these too; the driver may otherwise let them linger.
    if (this.#ledger.awaited) this.#settings.transport.flush().catch(() => undefined);
  }

  #awaitRoom(): void {
    if (this.#awaitingRoom) return;
    this.#awaitingRoom = true;
    const done = () => {
      this.#awaitingRoom = false;
    };
    this.#settings.transport.drained().then(
      () => {
        done();
        this.#pump();
      },
      (error: unknown) => {
        done();
        this.#rejectBacklog(asEventstreamError(error, 'waiting for room'));
      },
    );
  }

  #append({ writer }: TopicLane, outgoing: Outgoing): Promise<Receipt> {
    this.#room.leave(outgoing);
    const { key, value, headers, time } = outgoing.record as OutgoingRecord;
    outgoing.record = undefined;
    try {
      return (writer as TopicWriter).append(outgoing.partition, key, value, headers, time, outgoing);
    } catch (error) {
      return Promise.reject(outgoing.failed(error));
    }
  }

  /** Appends an event that has a promise of its own, which hears of the outcome as the driver's does. */
  #appendAside(lane: TopicLane, outgoing: Outgoing): Promise<Receipt> {
    const { promise } = outgoing;
    this.#append(lane, outgoing).catch(() => undefined);
    return promise;
  }

  #reject(outgoing: Outgoing, error: EventstreamError): void {
    this.#room.leave(outgoing);
    outgoing.failed(error);
  }

  #rejectBacklog(error: EventstreamError): void {
    this.#patience.clear();
    for (const outgoing of this.#backlog.takeAll()) this.#reject(outgoing, error);
  }

  #listen(outgoing: Outgoing, signal: AbortSignal): void {
    const onAbort = () => {
      if (outgoing.waiting) this.#reject(outgoing, abortedError(outgoing, signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const stop = () => signal.removeEventListener('abort', onAbort);
    outgoing.promise.then(stop, stop);
  }
}

function abortedError({ type, topic }: Outgoing, signal: AbortSignal): EventstreamError<'aborted'> {
  return new EventstreamError('aborted', {
    message: `Sending "${type}" to "${topic}" was aborted by its signal; the event was not sent.`,
    facts: { operation: 'send' },
    cause: signal.reason,
  });
}
