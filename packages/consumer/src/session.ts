import {
  configError,
  EventstreamError,
  isEventstreamError,
  MomentHub,
  type PartitionOffset,
  type Subscription,
  type Transport,
  waitFor,
} from '@eventstream/core';
import { Committer } from './committer.ts';
import type { Context } from './context.ts';
import { DeadLetters } from './dead-letters.ts';
import { deferred } from './deferred.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Entry } from './entry.ts';
import { Trouble } from './failure.ts';
import { Flow } from './flow.ts';
import { Intake } from './intake.ts';
import { LaneWorker } from './lane-worker.ts';
import { abortReason, Ownership } from './ownership.ts';
import type { ConsumerReport, ConsumerState, ConsumerStatus } from './report.ts';
import type { Settings } from './settings.ts';

/** Handlers get the whole drain timeout; commit, leaving the group and closing the transport share what is left of 30 s. */
const finalCommitMs = 2000;
const leaveMs = 2000;

/** One consumer's life: join, run, drain, leave. */
export class Session {
  readonly moments = new MomentHub();
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #context: Context;
  readonly #ownership: Ownership;
  readonly #flow: Flow;
  readonly #committer: Committer;
  readonly #dispatcher: Dispatcher;
  readonly #stopping = new AbortController();
  /** Fires when the drain is to be cut short. */
  readonly #cut = new AbortController();
  readonly #assigned = deferred();
  readonly #ended = deferred<ConsumerReport>();
  #state: ConsumerState = 'idle';
  #fatal: EventstreamError | null = null;
  #connected = false;
  #subscription: Subscription | null = null;
  #unfinished = 0;

  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
    this.#context = {
      settings,
      transport,
      moments: this.moments,
      tally: { handled: 0, deadLettered: 0, dropped: 0, retried: 0 },
      trouble: new Trouble(),
      commits: new Map<string, PartitionOffset>(),
      draining: () => this.#stopping.signal.aborted,
      fail: (error) => this.#fail(error),
    };
    this.#ownership = new Ownership(settings);
    this.#flow = new Flow(settings, this.moments);
    this.#committer = new Committer(this.#context);
    const worker = this.#worker();
    this.#dispatcher = new Dispatcher(settings.concurrency, {
      work: (entry) => worker.work(entry),
      lost: (cause) => this.#fail(internalError(cause)),
    });
    for (const one of settings.instrumentation) {
      one.attach(this.moments);
      one.attach(transport.moments);
    }
  }

  get ready(): Promise<void> {
    return this.#assigned.promise;
  }

  #worker(): LaneWorker {
    const { deadLetterTopic } = this.#settings;
    const deadLetters = deadLetterTopic === null ? null : new DeadLetters(this.#context, deadLetterTopic);
    return new LaneWorker(this.#context, deadLetters, {
      settled: (entry) => this.#settled(entry),
      later: (entry, delayMs) => entry.owner.hold(entry, delayMs, () => this.#dispatcher.offer(entry)),
    });
  }

  #settled(entry: Entry): void {
    const { owner } = entry;
    const { next, moved } = owner.settle(entry);
    if (next !== null) this.#dispatcher.offer(next);
    if (moved) this.#committer.touch(owner);
    this.#flow.shrank(owner);
  }

  #fail(error: EventstreamError): void {
    this.#fatal ??= error;
    this.#stop();
  }

  /** From here on nothing new begins; `run` goes on to drain. */
  #stop(): void {
    this.#stopping.abort();
    this.#dispatcher.stop();
  }

  async run(signal: AbortSignal | undefined): Promise<ConsumerReport> {
    if (this.#state !== 'idle')
      throw configError('run', `is called on a consumer that is ${this.#state}. Make another with createConsumer.`);
    this.#state = 'joining';
    const stop = () => this.#stop();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    await this.#live();
    signal?.removeEventListener('abort', stop);
    const report = await this.#leave();
    if (this.#fatal !== null) throw this.#fatal;
    return report;
  }

  async #live(): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    if (signal.aborted) return;
    try {
      await this.#join(signal);
      this.#state = 'running';
      await (signal.aborted ? undefined : stopped);
    } catch (error) {
      // Stopping cuts the joining short; that is no failure.
      if (!signal.aborted || !isEventstreamError(error, 'aborted')) this.#fail(error as EventstreamError);
    }
  }

  async #join(signal: AbortSignal): Promise<void> {
    await this.#transport.connect({ signal });
    this.#connected = true;
    const intake = new Intake(this.#context, {
      ownership: this.#ownership,
      flow: this.#flow,
      ready: (entry) => this.#dispatcher.offer(entry),
      moved: (owner) => this.#committer.touch(owner),
      assigned: () => this.#assigned.resolve(),
    });
    this.#subscription = await this.#transport.subscribe(intake.request(), { signal });
    this.#flow.start(this.#subscription, this.#ownership.all);
    this.#committer.start(this.#subscription);
  }

  async #leave(): Promise<ConsumerReport> {
    this.#state = 'draining';
    await this.#drain();
    await this.#committer.close(finalCommitMs);
    this.#unfinished = this.#ownership.unsettled;
    this.#ownership.revoke(this.#ownership.all, abortReason('handling', 'The consumer has left its group.'));
    await this.#subscription?.close({ timeoutMs: leaveMs });
    if (this.#connected) await this.#transport.close({ timeoutMs: leaveMs });
    this.#state = 'closed';
    const report = this.#report();
    this.#ended.resolve(report);
    return report;
  }

  /** Lets what runs end until the deadline, then tells it to. */
  async #drain(): Promise<void> {
    this.#flow.stop(this.#ownership.all);
    const { drainTimeoutMs: timeoutMs, clock } = this.#settings;
    await waitFor(this.#dispatcher.idle(), { operation: 'drain', timeoutMs, clock, signal: this.#cut.signal }).catch(
      () => {
        const reason = abortReason('handling', 'The consumer is to stop and its drain deadline has passed.');
        for (const owner of this.#ownership.all) owner.abort(reason);
      },
    );
  }

  async close(timeoutMs: number | undefined): Promise<ConsumerReport> {
    this.#stop();
    if (this.#state === 'idle') {
      this.#state = 'closed';
      this.#ended.resolve(this.#report());
    }
    const { clock } = this.#settings;
    const undo = timeoutMs === undefined ? undefined : clock.after(timeoutMs, () => this.#cut.abort());
    const report = await this.#ended.promise;
    undo?.();
    return report;
  }

  #report(): ConsumerReport {
    const { tally, commits } = this.#context;
    return { ...tally, unfinished: this.#unfinished, committed: [...commits.values()] };
  }

  status(): ConsumerStatus {
    const partitions = this.#ownership.all.map(
      ({ topic, partition, epoch, position, committed, unsettled, lanes, paused, lag, oldestMs }) => {
        return { topic, partition, epoch, position, committed, unsettled, lanes, paused, lag, oldestMs };
      },
    );
    return {
      state: this.#state,
      running: this.#dispatcher.running,
      partitions,
      lag: partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0),
      trouble: this.#context.trouble.all,
    };
  }
}

/** No outcome of a handler leads here: the driver threw where its contract says it does not. */
function internalError(cause: unknown): EventstreamError<'internal'> {
  const message = `The consumer met an error it has no rule for: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new EventstreamError('internal', { message, facts: { where: 'consumer' }, cause });
}
