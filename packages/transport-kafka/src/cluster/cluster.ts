import { backoffDelay, type Clock, type EventstreamError, type Random, type Undo } from '@eventstream/core';
import {
  type AnyApi,
  errorCodes,
  errorInfo,
  messages,
  type RequestInput,
  type ResponseOf,
} from '@eventstream/kafka-protocol';
import { transportClosed } from '../errors/code-error.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import type { Link, LinkSending, Ready } from '../network/link.ts';
import type { Brokers } from './brokers.ts';
import { firstAnswer } from './first-answer.ts';
import type { PartitionLeader, TopicFacts, Topics } from './topics.ts';

/** What a {@link Cluster} stands on. */
export type ClusterOptions = {
  readonly brokers: Brokers;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly random: Random;
  /** How old knowledge of topics in use may become. */
  readonly metadataMaxAgeMs: number;
};

type MetadataAnswer = ResponseOf<typeof messages.metadata>;

/** Between one look at the cluster and the next, when the one before has not helped. */
const pauses = { initialMs: 20, maxMs: 1000, jitter: 0.5 };

/** What is known of the cluster: its nodes, who leads which partition. Learnt on demand, with age, and after failures. */
export class Cluster {
  readonly brokers: Brokers;
  readonly topics: Topics;
  readonly #options: ClusterOptions;
  readonly #inUse = new Set<string>();
  readonly #onChange = new Set<() => void>();
  readonly #onClose = new Set<(reason: EventstreamError) => void>();
  readonly #pauses = new Set<() => void>();
  #controller = -1;
  #refreshing: Promise<void> | undefined;
  #again: Promise<void> | undefined;
  #fruitless = 0;
  #lastRefresh = Number.NEGATIVE_INFINITY;
  #cancelAge: Undo | undefined;

  constructor(options: ClusterOptions) {
    this.brokers = options.brokers;
    this.topics = options.topics;
    this.#options = options;
  }

  /** Reaches some broker and learns the others. Rejects with the last broker's error. */
  async reach(): Promise<void> {
    this.brokers.open();
    this.#take(await this.#askForTopics([]));
    this.brokers.dropBootstrap();
  }

  /** Calls back whenever something was learnt. */
  onChange(listener: () => void): Undo {
    this.#onChange.add(listener);
    return () => void this.#onChange.delete(listener);
  }

  /** Calls back when the cluster is let go of, with why whatever still waits for it must fail. */
  onClose(listener: (reason: EventstreamError) => void): Undo {
    this.#onClose.add(listener);
    return () => void this.#onClose.delete(listener);
  }

  /** Resolves after `ms`, or as soon as the cluster is let go of: no timer outlives it. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#pauses.delete(wake);
        resolve();
      };
      const cancel = this.#options.clock.after(ms, wake);
      this.#pauses.add(wake);
    });
  }

  /** Looks one topic up now and keeps an eye on it from then on. Resolves with what the brokers say of it. */
  async look(name: string): Promise<{ readonly topic: TopicFacts | undefined; readonly errorCode: number }> {
    const answer = await this.#askForTopics([name]);
    this.#take(answer);
    const errorCode = answer.topics.find((topic) => topic.name === name)?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR;
    const topic = this.topics.find(name);
    if (topic !== undefined) {
      this.#inUse.add(name);
      this.#cancelAge ??= this.#ageLater();
    }
    return { topic, errorCode };
  }

  /** Stops keeping an eye on a topic. */
  forget(name: string): void {
    this.#inUse.delete(name);
    this.topics.forget(name);
  }

  leaderOf(topic: string, partition: number): PartitionLeader | undefined {
    return this.topics.find(topic)?.partitions[partition];
  }

  /** Something failed: looks all topics in use up again. Resolves when that is done; never rejects. */
  refresh(): Promise<void> {
    if (this.#refreshing === undefined) {
      this.#refreshing = this.#refresh().finally(() => {
        this.#refreshing = undefined;
      });
      return this.#refreshing;
    }
    // What runs may have been answered before the failure; one more serves all who ask meanwhile.
    this.#again ??= this.#refreshing.then(() => {
      this.#again = undefined;
      return this.refresh();
    });
    return this.#again;
  }

  /** Tells that knowledge has turned out right, so that the next failure is looked into at once. */
  worked(): void {
    this.#fruitless = 0;
  }

  /** A broker named leaders and where they are (KIP-951). */
  hint(
    leaders: readonly (PartitionLeader & { readonly topic: string; readonly partition: number })[],
    nodes: readonly { nodeId: number; host: string; port: number; rack: string | null }[],
  ): void {
    for (const node of nodes) this.brokers.add(node);
    for (const { topic, partition, leader, epoch } of leaders) this.topics.hint(topic, partition, { leader, epoch });
    this.#changed();
  }

  /** Asks any broker that answers, and several when one is silent: only what may be asked twice. Rejects with the last one's error. */
  ask<Of extends AnyApi>(
    api: Of,
    request: RequestInput<Of> | ((ready: Ready & { readonly version: number }) => RequestInput<Of>),
    sending: LinkSending = {},
  ): Promise<ResponseOf<Of>> {
    const links = this.brokers.candidates();
    return firstAnswer(links, (link) => link.request(api, request, sending), this.#options.clock);
  }

  /** The link to the controller, which topic administration goes to before Kafka forwarded it (KIP-590). */
  async controller(): Promise<Link> {
    if (this.brokers.link(this.#controller) === undefined) this.#take(await this.#askForTopics([]));
    const link = this.brokers.link(this.#controller) ?? this.brokers.candidates()[0];
    if (link === undefined) throw new BrokerLost('no broker', 'none is known', { maybeServed: false });
    return link;
  }

  /** The controller has moved. */
  forgetController(): void {
    this.#controller = -1;
  }

  close(): void {
    this.#cancelAge?.();
    this.#cancelAge = undefined;
    this.#inUse.clear();
    this.brokers.close();
    for (const listener of [...this.#onClose]) listener(transportClosed());
    for (const wake of [...this.#pauses]) wake();
  }

  async #refresh(): Promise<void> {
    const { clock, random } = this.#options;
    // Also when others go on well: a partition without a leader must not keep the brokers busy with questions.
    const pause = this.#fruitless > 0 ? backoffDelay(this.#fruitless, pauses, random) : 0;
    const wait = this.#lastRefresh + Math.max(pause, pauses.initialMs) - clock.elapsed();
    if (wait > 0) await this.pause(wait);
    this.#fruitless += 1;
    this.#lastRefresh = clock.elapsed();
    try {
      this.#take(await this.#askForTopics([...this.#inUse]));
    } catch {
      // Nobody answered: whoever waits for the answer looks again, with a longer pause.
      this.#changed();
    }
  }

  #askForTopics(names: readonly string[]): Promise<MetadataAnswer> {
    return this.ask(messages.metadata, { topics: names.map((name) => ({ name })), allowAutoTopicCreation: false });
  }

  #take(answer: MetadataAnswer): void {
    const failed = answer.errorCode !== errorCodes.NONE ? errorInfo(answer.errorCode) : undefined;
    if (failed === undefined) {
      this.brokers.learn(answer.brokers);
      this.#controller = answer.controllerId;
      this.topics.learn(answer);
    }
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#onChange]) listener();
  }

  #ageLater(): Undo {
    const { clock, metadataMaxAgeMs } = this.#options;
    return clock.after(metadataMaxAgeMs, () => {
      this.#fruitless = 0;
      void this.refresh();
      this.#cancelAge = this.#ageLater();
    });
  }
}
