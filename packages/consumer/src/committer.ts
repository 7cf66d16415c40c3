import {
  backoffDelay,
  EventstreamError,
  isEventstreamError,
  type PartitionOffset,
  type Subscription,
  sleep,
  type Undo,
  waitFor,
} from '@eventstream/core';
import type { Context } from './context.ts';
import type { OwnedPartition } from './owned-partition.ts';

const retryBackoff = { initialMs: 100, maxMs: 5000 };

function asError(error: unknown): EventstreamError {
  if (isEventstreamError(error)) return error;
  const message = `The driver failed to commit: ${error instanceof Error ? error.message : String(error)}`;
  return new EventstreamError('internal', { message, facts: { where: 'commit' }, cause: error, retriable: true });
}

/** Commits watermarks, and nothing else: those that moved, once per interval, one commit at a time. */
export class Committer {
  readonly #context: Context;
  readonly #moved = new Set<OwnedPartition>();
  #subscription: Subscription | null = null;
  #timer: Undo | null = null;
  #committing: Promise<void> | null = null;
  #failures = 0;
  #closing = false;

  constructor(context: Context) {
    this.#context = context;
  }

  start(subscription: Subscription): void {
    this.#subscription = subscription;
    this.#arm();
  }

  /** The watermark of a partition has moved. */
  touch(owner: OwnedPartition): void {
    this.#moved.add(owner);
    if (this.#timer === null) this.#arm();
  }

  /** The last commits before the group is left. Resolves when all are stored or refused, at the latest after `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    this.#timer?.();
    const { clock } = this.#context.settings;
    const expiry = new AbortController();
    await waitFor(this.#commitAll(expiry.signal), { operation: 'final commit', timeoutMs, clock }).catch(
      () => undefined,
    );
    expiry.abort();
  }

  async #commitAll(expired: AbortSignal): Promise<void> {
    await this.#committing;
    while (this.#moved.size > 0 && this.#subscription !== null && !expired.aborted) {
      await this.#commit(this.#subscription);
      if (this.#moved.size > 0) await sleep(this.#delay(), this.#context.settings.clock, expired);
    }
  }

  /** No timer while there is nothing to commit: an idle consumer is silent. */
  #arm(): void {
    if (this.#closing || this.#committing !== null || this.#moved.size === 0) return;
    const subscription = this.#subscription;
    if (subscription === null) return;
    this.#timer = this.#context.settings.clock.after(this.#delay(), () => {
      this.#timer = null;
      this.#committing = this.#commit(subscription).finally(() => {
        this.#committing = null;
        this.#arm();
      });
    });
  }

  #delay(): number {
    const { commitEveryMs, random } = this.#context.settings;
    return this.#failures === 0 ? commitEveryMs : backoffDelay(this.#failures, retryBackoff, random);
  }

  async #commit(subscription: Subscription): Promise<void> {
    const byEpoch = new Map<number, OwnedPartition[]>();
    for (const owner of this.#moved) {
      if (owner.live && !owner.fenced) byEpoch.set(owner.epoch, [...(byEpoch.get(owner.epoch) ?? []), owner]);
    }
    this.#moved.clear();
    await Promise.all([...byEpoch].map(([epoch, owners]) => this.#commitEpoch(subscription, epoch, owners)));
  }

  async #commitEpoch(subscription: Subscription, epoch: number, owners: readonly OwnedPartition[]): Promise<void> {
    const offsets = owners.map(({ topic, partition, position }) => ({ topic, partition, offset: position as number }));
    const { clock } = this.#context.settings;
    const startedAt = clock.elapsed();
    try {
      await subscription.commit(offsets, epoch);
    } catch (error) {
      this.#failed(asError(error), owners, epoch);
      return;
    }
    this.#failures = 0;
    this.#context.trouble.over('commit');
    for (const [index, owner] of owners.entries()) {
      this.#committed(owner, offsets[index] as PartitionOffset, clock.elapsed() - startedAt);
    }
  }

  #committed(owner: OwnedPartition, at: PartitionOffset, durationMs: number): void {
    const { commits, moments, settings } = this.#context;
    owner.committed = at.offset;
    commits.set(`${at.topic}/${at.partition}`, at);
    if (moments.wants('consumer.committed'))
      moments.publish('consumer.committed', { ...at, group: settings.group, durationMs });
  }

  #failed(error: EventstreamError, owners: readonly OwnedPartition[], epoch: number): void {
    const { moments, settings, trouble, fail } = this.#context;
    if (moments.wants('consumer.commit-failed'))
      moments.publish('consumer.commit-failed', { group: settings.group, error });
    if (error.code === 'fenced') {
      // Another member has, or will have, these partitions and reads from the last commit on. There is nothing to repair.
      for (const owner of owners) {
        if (owner.epoch === epoch) owner.fenced = true;
        // It was left here by a rebalance that went on meanwhile: its watermark is to be stored under the new epoch.
        else this.#moved.add(owner);
      }
      return;
    }
    trouble.at('commit', error);
    if (!error.retriable) {
      fail(error);
      return;
    }
    this.#failures += 1;
    for (const owner of owners) this.#moved.add(owner);
  }
}
