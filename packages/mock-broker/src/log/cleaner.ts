import type { Clock, Timer } from '../time/clock.ts';
import type { Catalog } from '../topics/catalog.ts';
import type { ConfigSet } from '../topics/configs.ts';
import type { Partition } from '../topics/partition.ts';
import type { Topic } from '../topics/topic.ts';
import { cleanableEnd, compact } from './compaction.ts';
import { applyRetention } from './retention.ts';

/** What the cleaner works on, and how often. */
export type CleanerOptions = {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly retentionCheckMs: number;
  readonly compactionCheckMs: number;
  /** Called when something may have been taken away. */
  readonly cleaned?: () => void;
};

/** Applies `cleanup.policy` to every partition, at intervals of the clock or when told to. */
export class LogCleaner {
  readonly #options: CleanerOptions;
  readonly #cleanedTo = new WeakMap<Partition, bigint>();
  readonly #timers = new Map<string, Timer>();

  constructor(options: CleanerOptions) {
    this.#options = options;
  }

  start(): void {
    const { retentionCheckMs, compactionCheckMs } = this.#options;
    this.#every('retention', retentionCheckMs, () => this.retain());
    this.#every('compaction', compactionCheckMs, () =>
      this.compact((partition, configs) => this.#isDue(partition, configs)),
    );
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  /** Deletes what `retention.ms` and `retention.bytes` do not let stay. */
  retain(): void {
    const now = this.#options.clock.now();
    for (const { configs, partitions } of this.#topicsWith('delete')) {
      const rules = {
        now,
        retentionMs: configs.number('retention.ms'),
        retentionBytes: configs.number('retention.bytes'),
      };
      for (const { log } of partitions) applyRetention(log, rules);
    }
  }

  /** Compacts the partitions of compacted topics that `isDue` names; default all. */
  compact(isDue: (partition: Partition, configs: ConfigSet) => boolean = () => true): void {
    const now = this.#options.clock.now();
    for (const { configs, partitions } of this.#topicsWith('compact')) {
      const minLagMs = configs.number('min.compaction.lag.ms');
      const deleteRetentionMs = configs.number('delete.retention.ms');
      for (const partition of partitions) {
        if (!isDue(partition, configs)) continue;
        this.#cleanedTo.set(partition, compact(partition.log, { now, minLagMs, deleteRetentionMs }));
      }
    }
  }

  /** As real brokers decide it: enough of the log is dirty, or something has been dirty for too long. */
  #isDue(partition: Partition, configs: ConfigSet): boolean {
    const { log } = partition;
    const now = this.#options.clock.now();
    const end = cleanableEnd(log, { now, minLagMs: configs.number('min.compaction.lag.ms') });
    const cleanedTo = this.#cleanedTo.get(partition) ?? 0n;
    const cleanable = log.batches().filter(({ lastOffset }) => lastOffset < end);
    const dirty = cleanable.filter(({ baseOffset }) => baseOffset >= cleanedTo);
    const oldest = dirty[0];
    if (!oldest) return false;
    if (now - Number(oldest.maxTimestamp) > configs.number('max.compaction.lag.ms')) return true;
    return sizeOf(dirty) >= sizeOf(cleanable) * configs.number('min.cleanable.dirty.ratio');
  }

  #topicsWith(policy: 'delete' | 'compact'): Topic[] {
    // Neither policy is part of the other's name, and this is asked forty thousand times when a test lets a week pass.
    return this.#options.catalog.list().filter(({ configs }) => configs.get('cleanup.policy').includes(policy));
  }

  #every(name: string, intervalMs: number, work: () => void): void {
    const run = (): void => {
      this.#timers.set(name, this.#options.clock.schedule(intervalMs, run));
      work();
      this.#options.cleaned?.();
    };
    this.#timers.set(name, this.#options.clock.schedule(intervalMs, run));
  }
}

function sizeOf(batches: readonly { readonly bytes: Uint8Array }[]): number {
  return batches.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}
