import { type EventstreamError, isEventstreamError, type Undo, type WaitOptions } from '@eventstream/core';
import type { Leaders } from '../produce/sender.ts';
import type { Settings } from '../settings.ts';
import type { AdminLink, Ask } from './admin-link.ts';
import { createMissing } from './topic-admin.ts';

const refreshMs = 60_000;
/** How long a topic that one node has made may be unknown to another. */
const propagationMs = 1000;

/** The node that leads each partition, by partition number. */
type LeaderList = readonly number[];

/** What is known of the topics in use: how many partitions, led by whom. Learnt on demand, each minute, and after failures. */
export class Directory implements Leaders {
  readonly #settings: Settings;
  readonly #admin: () => AdminLink;
  readonly #topics = new Map<string, LeaderList>();
  readonly #learning = new Map<string, Promise<void>>();
  #cancelRefresh: Undo | undefined;

  constructor(settings: Settings, admin: () => AdminLink) {
    this.#settings = settings;
    this.#admin = admin;
  }

  /** How many partitions a topic has; 0 when it was never learnt. */
  partitions(topic: string): number {
    return this.#topics.get(topic)?.length ?? 0;
  }

  leaderOf(topic: string, partition: number): number | undefined {
    return this.#topics.get(topic)?.[partition];
  }

  /** Looks a topic up, creating it if the options say so. Rejects with `topic-missing` when it is not there. */
  async find(topic: string, wait: WaitOptions = {}): Promise<void> {
    const { clock, autoCreateTopics } = this.#settings;
    const missingBy = clock.elapsed() + propagationMs;
    const again = (error: EventstreamError) =>
      !autoCreateTopics && isEventstreamError(error, 'topic-missing') && clock.elapsed() < missingBy;
    try {
      await this.#learn(topic, { wait, again });
    } catch (error) {
      if (!autoCreateTopics || !isEventstreamError(error, 'topic-missing')) throw error;
      await createMissing(this.#admin(), [{ topic }], wait);
      await this.#learn(topic, { wait });
    }
    this.#cancelRefresh ??= this.#scheduleRefresh();
  }

  relearn(topic: string): Promise<void> {
    const running = this.#learning.get(topic);
    if (running !== undefined) return running;
    const learning = this.#learn(topic)
      .catch(() => undefined)
      .finally(() => this.#learning.delete(topic));
    this.#learning.set(topic, learning);
    return learning;
  }

  /** A topic was deleted. */
  forget(topic: string): void {
    this.#topics.delete(topic);
  }

  stop(): void {
    this.#cancelRefresh?.();
    this.#cancelRefresh = undefined;
  }

  async #learn(topic: string, options: Pick<Ask, 'wait' | 'again'> = {}): Promise<void> {
    const { topics } = await this.#admin().ask({ operation: `metadata of "${topic}"`, topic, ...options }, (admin) =>
      admin.fetchTopicMetadata({ topics: [topic] }),
    );
    const leaders: number[] = [];
    for (const { partitionId, leader } of topics.find(({ name }) => name === topic)?.partitions ?? []) {
      leaders[partitionId] = leader;
    }
    this.#topics.set(topic, leaders);
  }

  #scheduleRefresh(): Undo {
    return this.#settings.clock.after(refreshMs, () => {
      for (const topic of this.#topics.keys()) void this.relearn(topic);
      this.#cancelRefresh = this.#scheduleRefresh();
    });
  }
}
