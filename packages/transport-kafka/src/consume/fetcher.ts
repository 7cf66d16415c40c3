import {
  backoffDelay,
  type Clock,
  EventstreamError,
  type Random,
  type RecordBatch,
  type Undo,
} from '@eventstream/core';
import { type Codecs, errorCodes, errorInfo, messages, type ResponseOf, zeroUuid } from '@eventstream/kafka-protocol';
import type { Purpose } from '../cluster/brokers.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { codeError } from '../errors/code-error.ts';
import { toEventstreamError } from '../errors/to-eventstream.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import type { Link } from '../network/link.ts';
import { answerFor, type FetchLimits, fetchCap, fetchRequest, type PartitionAnswer } from './fetch-request.ts';
import { type Asked, FetchSession } from './fetch-session.ts';
import { type Loss, PositionCheck } from './position-check.ts';
import { type Behind, behind, readRecords, UnreadableBatch } from './read-records.ts';
import type { Reading } from './reading.ts';
import { unreadable } from './unreadable.ts';

/** What a {@link Fetcher} stands on, and whom it tells. */
export type FetcherOptions = {
  readonly cluster: Cluster;
  /** The bootstrap list, for errors. */
  readonly brokers: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly codecs: Codecs;
  readonly limits: FetchLimits;
  readonly requestTimeoutMs: number;
  readonly onBatch: (batch: RecordBatch) => void;
  /** The position no longer exists. Reading stops until it is moved. `how` tells more than that where more is known. */
  readonly onLost: (reading: Reading, position: number, how?: Loss) => void;
  /** Trouble; reading goes on by itself when `error.retriable`. */
  readonly onTrouble: (reading: Reading, error: EventstreamError) => void;
};

/** Batches that came, and where the next fetch goes on behind them. */
type Fetched = { readonly told: PartitionAnswer; readonly records: Uint8Array; readonly next: number };

/** Fetches on their way to one node: the second is for partitions that become wanted while the first waits. */
const lanes = ['fetch 1', 'fetch 2'] as const satisfies readonly Purpose[];
const pauses = { initialMs: 20, maxMs: 1000, jitter: 0.5 };
/** Failures of a partition in a row after which its owner is told: some six seconds. */
const tellAfter = 12;
/** How long a replica that the leader recommended is read from, before the leader is asked again. */
const preferredMs = 300_000;

/** Reads partitions from the brokers that have them, and pushes what comes. One partition is in one fetch at a time. */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #readings = new Set<Reading>();
  readonly #running = new Set<string>();
  readonly #sessions = new Map<string, FetchSession>();
  readonly #check: PositionCheck;
  readonly #stopWatching: Undo;
  #cancelWake: Undo | undefined;
  #stopped = false;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#stopWatching = options.cluster.onChange(() => this.wake());
    this.#check = new PositionCheck(options.cluster, {
      onSound: () => this.wake(),
      onLost: (reading, how) => this.#moved(reading, how),
      onFailure: (reading, error) => this.#lost([{ reading }], error)(),
    });
  }

  add(reading: Reading): void {
    this.#readings.add(reading);
  }

  /** Nothing more is pushed of it. */
  remove(reading: Reading): void {
    reading.turn += 1;
    reading.held = undefined;
    this.#readings.delete(reading);
  }

  /** Something may be readable that was not. */
  wake(): void {
    if (this.#stopped) return;
    let leaderless = false;
    for (const reading of this.#readings) {
      if (!this.#wants(reading)) continue;
      const node = this.#nodeOf(reading);
      if (node === undefined) leaderless = true;
      else this.#start(node);
    }
    if (leaderless) this.#wakeIn(pauses.initialMs, () => void this.#options.cluster.refresh());
    this.#wakeWhenDue();
  }

  /** Pushes what was held back, and goes on. */
  resume(reading: Reading): void {
    const { held } = reading;
    reading.held = undefined;
    held?.();
    this.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#stopWatching();
    this.#cancelWake?.();
    for (const reading of [...this.#readings]) this.remove(reading);
  }

  #wants(reading: Reading): boolean {
    const { next, paused, fetching, held, notBefore } = reading;
    const isIdle = !(paused || fetching) && held === undefined;
    return isIdle && next !== undefined && notBefore <= this.#options.clock.elapsed();
  }

  /** The replica that the leader recommended, or the leader. */
  #nodeOf(reading: Reading): number | undefined {
    const { cluster, clock } = this.#options;
    const { preferred, topic, partition } = reading;
    if (preferred !== undefined && preferred.until > clock.elapsed() && cluster.brokers.link(preferred.node)) {
      return preferred.node;
    }
    const leader = cluster.leaderOf(topic, partition)?.leader ?? -1;
    return leader >= 0 && cluster.brokers.link(leader) !== undefined ? leader : undefined;
  }

  #start(node: number): void {
    for (const purpose of lanes) {
      const key = `${node} ${purpose}`;
      if (this.#running.has(key)) continue;
      const link = this.#options.cluster.brokers.link(node, purpose);
      if (link === undefined) return;
      this.#running.add(key);
      const session = this.#sessions.get(key) ?? new FetchSession();
      this.#sessions.set(key, session);
      void this.#run(node, link, session).finally(() => {
        this.#running.delete(key);
        this.wake();
      });
      return;
    }
  }

  async #run(node: number, link: Link, session: FetchSession): Promise<void> {
    const { limits, requestTimeoutMs } = this.#options;
    const timeoutMs = limits.maxWaitMs + requestTimeoutMs;
    for (let push = (): void => undefined; !this.#stopped; ) {
      const asked = this.#ask(node);
      if (asked.length === 0) {
        push();
        // What was pushed may have made others wanted; if they are from elsewhere, another run serves them.
        if (this.#ask(node, 'look').length === 0) return;
        push = () => undefined;
        continue;
      }
      const answering = link.request(
        messages.fetch,
        ({ version }) => fetchRequest(asked, limits, { session, version }),
        { cap: fetchCap(asked), timeoutMs },
      );
      // Decoding the last answer while the next is on its way.
      push();
      push = await answering.then(
        (answer) => this.#answered(asked, answer, session),
        (error: unknown) => {
          session.reset();
          return this.#lost(asked, error);
        },
      );
    }
  }

  /** What is wanted from a node now; marked as being fetched unless it is only looked at. */
  #ask(node: number, mode: 'take' | 'look' = 'take'): readonly Asked[] {
    const asked: Asked[] = [];
    for (const reading of this.#readings) {
      if (!this.#wants(reading) || this.#nodeOf(reading) !== node) continue;
      const { topic, partition, turn } = reading;
      const leaderEpoch = this.#options.cluster.leaderOf(topic, partition)?.epoch ?? -1;
      if (mode === 'take' && !this.#check.isSound(reading, leaderEpoch)) continue;
      if (mode === 'take') reading.fetching = true;
      const topicId = reading.topicId ?? zeroUuid;
      asked.push({ reading, from: reading.next as number, turn, leaderEpoch, topicId });
    }
    return asked;
  }

  /** The position is not there any more; whoever owns the reading looks up where it goes on. */
  #moved(reading: Reading, how?: Loss): void {
    const position = reading.next as number;
    reading.next = undefined;
    this.#options.onLost(reading, position, how);
  }

  /** Moves positions; gives what pushes the records. */
  #answered(asked: readonly Asked[], answer: ResponseOf<typeof messages.fetch>, session: FetchSession): () => void {
    const mayLeaveOut = session.isIncremental;
    const isOver = !session.answered(answer);
    const pushes: (() => void)[] = [];
    for (const one of asked) {
      const { reading, turn } = one;
      reading.fetching = false;
      if (isOver || reading.turn !== turn) continue;
      const told = answerFor(answer, one);
      if (answer.errorCode !== errorCodes.NONE) this.#trouble(reading, answer.errorCode);
      else if (told === undefined && !mayLeaveOut) this.#trouble(reading, errorCodes.UNKNOWN_SERVER_ERROR);
      else if (told === undefined) continue;
      else if (told.errorCode !== errorCodes.NONE) this.#refused(one, told, answer);
      else pushes.push(...this.#take(one, told));
    }
    return () => {
      for (const push of pushes) push();
    };
  }

  #take(asked: Asked, told: PartitionAnswer): (() => void)[] {
    const { reading, from, turn } = asked;
    reading.failures = 0;
    this.#options.cluster.worked();
    if (told.preferredReadReplica >= 0) {
      const until = this.#options.clock.elapsed() + preferredMs;
      reading.preferred = { node: told.preferredReadReplica, until };
      return [];
    }
    const { records } = told;
    if (records === null || records.length === 0) return [];
    let end: Behind;
    try {
      end = behind(records, from);
    } catch (error) {
      this.#unreadable(reading, from, error as Error);
      return [];
    }
    const { next, leaderEpoch } = end;
    reading.next = next;
    reading.lastEpoch = leaderEpoch;
    const push = () => this.#push(asked, { told, records, next });
    return [
      () => {
        if (reading.turn !== turn) return;
        if (reading.paused) reading.held = push;
        else push();
      },
    ];
  }

  #push({ reading, from }: Asked, { told, records: bytes, next: nextOffset }: Fetched): void {
    const { codecs, limits, onBatch } = this.#options;
    const { topic, partition, epoch } = reading;
    try {
      const aborted = limits.committedOnly ? (told.abortedTransactions ?? []) : undefined;
      const records = readRecords(bytes, { codecs, from, aborted });
      onBatch({ topic, partition, epoch, records, nextOffset, highWatermark: Number(told.highWatermark) });
    } catch (error) {
      if (!(error instanceof UnreadableBatch)) throw error;
      this.#unreadable(reading, Math.max(from, error.offset), error);
    }
  }

  #refused({ reading }: Asked, told: PartitionAnswer, answer: ResponseOf<typeof messages.fetch>): void {
    const { errorCode } = told;
    const { topic, partition } = reading;
    reading.preferred = undefined;
    if (errorCode === errorCodes.OFFSET_OUT_OF_RANGE) {
      this.#moved(reading);
      return;
    }
    const { leaderId: leader, leaderEpoch: epoch } = told.currentLeader;
    if (leader >= 0) this.#options.cluster.hint([{ topic, partition, leader, epoch }], answer.nodeEndpoints);
    this.#trouble(reading, errorCode);
  }

  #trouble(reading: Reading, errorCode: number): void {
    const { topic } = reading;
    this.#later(reading);
    const error = codeError(errorCode, { operation: 'fetch', brokers: this.#options.brokers, topic });
    const isPassing = errorInfo(errorCode).retriable;
    // What passes is told of when it does not.
    if (!isPassing || reading.failures === tellAfter)
      this.#options.onTrouble(reading, isPassing ? passing(error) : error);
    void this.#options.cluster.refresh();
  }

  #lost(asked: readonly Pick<Asked, 'reading'>[], error: unknown): () => void {
    for (const { reading } of asked) {
      reading.fetching = false;
      reading.preferred = undefined;
      this.#later(reading);
    }
    void this.#options.cluster.refresh();
    if (error instanceof BrokerLost) return () => undefined;
    const { brokers } = this.#options;
    const reason = toEventstreamError(error, { operation: 'fetch', brokers });
    if (reason.retriable) return () => undefined;
    return () => asked[0] && this.#options.onTrouble(asked[0].reading, reason);
  }

  /** A batch that cannot be read stops its partition there; it is tried again, as another replica may have it whole. */
  #unreadable(reading: Reading, offset: number, cause: Error): void {
    const { topic, partition } = reading;
    reading.seek(offset);
    this.#later(reading);
    this.#options.onTrouble(reading, unreadable({ topic, partition, offset }, cause));
  }

  #later(reading: Reading): void {
    const { clock, random } = this.#options;
    reading.failures += 1;
    reading.notBefore = clock.elapsed() + backoffDelay(reading.failures, pauses, random);
  }

  #wakeWhenDue(): void {
    const now = this.#options.clock.elapsed();
    let due = Number.POSITIVE_INFINITY;
    for (const { notBefore } of this.#readings) if (notBefore > now) due = Math.min(due, notBefore);
    if (due !== Number.POSITIVE_INFINITY) this.#wakeIn(due - now);
  }

  #wakeIn(ms: number, first?: () => void): void {
    this.#cancelWake ??= this.#options.clock.after(ms, () => {
      this.#cancelWake = undefined;
      first?.();
      this.wake();
    });
  }
}

/** The same error, saying that reading goes on by itself. */
function passing({ code, message, facts }: EventstreamError): EventstreamError {
  return new EventstreamError(code, { message, facts, retriable: true });
}
