import {
  type MomentHub,
  type PartitionOffset,
  type SubscriptionRequest,
  type TopicPartition,
  within,
} from '@eventstream/core';
import vendor, { type Cluster, type Consumer, type EachBatchPayload, type LogEntry } from 'kafkajs';
import { type Client, createClient } from '../client/client.ts';
import type { Settings } from '../settings.ts';
import type { Skipped } from './ownership.ts';

/** What a session tells its owner. All of it synchronously, in the turn kafkajs learns of it. */
export interface SessionListener {
  joined(partitions: readonly TopicPartition[]): void;
  /** Ownership is over, or about to be. */
  leaving(): void;
  batch(payload: EachBatchPayload): void;
  skipped(skipped: Skipped): void;
  /** A hint that a position no longer exists. */
  lost(partition: TopicPartition): void;
}

const sessionTimeoutMs = 30_000;
const graceMs = 1000;
/** While a partition is paused kafkajs goes round this often, so that a resumed one waits no longer. */
const pausedWaitMs = 10;

function assignmentOf(topics: Readonly<Record<string, readonly number[]>>): readonly TopicPartition[] {
  return Object.entries(topics).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })));
}

/** One life of a kafkajs consumer, from joining the group to leaving it or crashing. It is never restarted: its owner makes another. */
export class GroupSession {
  readonly #settings: Settings;
  readonly #client: Client;
  readonly #consumer: Consumer;
  readonly #request: SubscriptionRequest;
  readonly #listener: SessionListener;
  readonly #crash: Promise<unknown>;
  readonly #paused = new Set<string>();
  #cluster: Cluster | undefined;
  #memberId: string | undefined;
  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;

  constructor(settings: Settings, moments: MomentHub, request: SubscriptionRequest, listener: SessionListener) {
    this.#settings = settings;
    this.#request = request;
    this.#listener = listener;
    const session = request.sessionTimeoutMs ?? sessionTimeoutMs;
    // A fetch that gets no answer holds up heartbeats: it must fail well before the session does.
    const requestTimeoutMs = Math.max(100, Math.min(settings.requestTimeoutMs, Math.floor(session / 3)));
    this.#client = createClient(settings, moments, {
      retries: settings.brokers.length,
      requestTimeoutMs,
      onLog: (entry) => this.#readLog(entry),
    });
    this.#consumer = this.#client.kafka.consumer({
      groupId: request.group,
      sessionTimeout: session,
      // A rebalance is noticed at a heartbeat: more often than Kafka's usual three seconds.
      heartbeatInterval: Math.max(1, Math.min(1000, Math.floor(session / 4))),
      maxWaitTimeInMs: this.#fetchWait(),
      metadataMaxAge: 60_000,
      allowAutoTopicCreation: false,
      partitionAssigners: [
        (config) => {
          this.#cluster = config.cluster;
          return vendor.PartitionAssigners.roundRobin(config);
        },
      ],
      // Four to five seconds: leaders have moved by then, and the membership has lived through it. Restarting is ours: kafkajs forgets a restart that falls together with a stop, and goes on consuming.
      retry: { retries: 8, initialRetryTime: 50, maxRetryTime: 1000, restartOnFailure: async () => false },
    });
    this.#crash = new Promise((resolve) => {
      this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
        listener.leaving();
        resolve(payload.error);
      });
    });
    this.#listen(requestTimeoutMs);
  }

  /** The name the group knows this session by, once it has joined. */
  get memberId(): string | undefined {
    return this.#memberId;
  }

  /** Joins and stays. Resolves with the error that ended it. `orphan` is a member that may not have left in good order. */
  async live(orphan?: string): Promise<unknown> {
    const { topics, startFrom } = this.#request;
    try {
      await this.#consumer.connect();
      if (orphan !== undefined) await this.#dismiss(orphan);
      await this.#consumer.subscribe({ topics: [...topics], fromBeginning: startFrom === 'earliest' });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async (payload) => {
          this.#commit = payload.commitOffsetsIfNecessary;
          this.#listener.batch(payload);
        },
      });
    } catch (error) {
      return error;
    }
    return this.#crash;
  }

  pause({ topic, partition }: TopicPartition): void {
    this.#paused.add(`${topic}/${partition}`);
    this.#whileRunning(() => this.#consumer.pause([{ topic, partitions: [partition] }]));
  }

  resume({ topic, partition }: TopicPartition): void {
    this.#paused.delete(`${topic}/${partition}`);
    this.#whileRunning(() => this.#consumer.resume([{ topic, partitions: [partition] }]));
  }

  seek({ topic, partition, offset }: PartitionOffset): void {
    this.#whileRunning(() => this.#consumer.seek({ topic, partition, offset: String(offset) }));
  }

  /**
   * Commits once, under the generation of this moment. The consumer's own `commitOffsets` is avoided where it can be: it
   * repeats a failed commit after a rebalance under the new generation, and resolves without committing while it stops.
   */
  async commit(offsets: readonly PartitionOffset[]): Promise<void> {
    const topics = [...new Set(offsets.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: offsets
        .filter((one) => one.topic === topic)
        .map(({ partition, offset }) => ({ partition, offset: String(offset), metadata: null })),
    }));
    if (this.#commit !== undefined) return this.#commit({ topics });
    return this.#consumer.commitOffsets(offsets.map((one) => ({ ...one, offset: String(one.offset) })));
  }

  /** Leaves the group; by force after `ms`. */
  async stop(ms: number): Promise<void> {
    const left = this.#consumer.disconnect();
    // Before it has joined there is nobody to say goodbye to, and kafkajs would wait for the whole rebalance.
    await within(left, this.#memberId !== undefined ? ms : Math.min(ms, graceMs), this.#settings.clock);
    this.#client.sockets.destroyAll('the subscription was closed', true);
  }

  /**
   * Makes a member leave. kafkajs never looks for the coordinator again while a membership lasts: when the coordinator dies
   * it crashes, cannot leave, and the group would wait for the dead member until its session times out.
   */
  async #dismiss(memberId: string): Promise<void> {
    const { group: groupId } = this.#request;
    try {
      const coordinator = await this.#cluster?.findGroupCoordinator({ groupId });
      // There, but not in the published type.
      const { leaveGroup } = coordinator as unknown as {
        leaveGroup(of: { groupId: string; memberId: string }): unknown;
      };
      await leaveGroup.call(coordinator, { groupId, memberId });
    } catch {
      // It has left already, or the group is not well: then joining tells.
    }
  }

  /**
   * How long kafkajs lets a broker hold a fetch, and how long it sleeps itself where everything is paused: only after that does
   * it notice `resume`. It reads the number anew each time, so it may be an object that is one.
   */
  #fetchWait(): number {
    const { fetchMaxWaitMs } = this.#settings;
    const wait = { valueOf: () => (this.#paused.size === 0 ? fetchMaxWaitMs : Math.min(pausedWaitMs, fetchMaxWaitMs)) };
    return wait as unknown as number;
  }

  /** kafkajs throws when it is steered while it stops; what it was told is void then anyway. */
  #whileRunning(steer: () => void): void {
    try {
      steer();
    } catch (error) {
      if (!(error instanceof vendor.KafkaJSNonRetriableError)) throw error;
    }
  }

  #listen(requestTimeoutMs: number): void {
    const { events } = this.#consumer;
    const listener = this.#listener;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#memberId = payload.memberId;
      listener.joined(assignmentOf(payload.memberAssignment));
    });
    this.#consumer.on(events.REBALANCING, () => listener.leaving());
    this.#consumer.on(events.STOP, () => listener.leaving());
    this.#consumer.on(events.DISCONNECT, () => listener.leaving());
    // kafkajs also joins anew without a REBALANCING: when it was forgotten, and when metadata changed.
    this.#consumer.on(events.REQUEST, ({ payload }) => {
      if (payload.apiName === 'JoinGroup') listener.leaving();
    });
    this.#consumer.on(events.REQUEST_TIMEOUT, ({ payload }) => {
      this.#client.sockets.destroyBroker(payload.broker, `no answer for ${requestTimeoutMs} ms`);
    });
    this.#consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0) return;
      const { topic, partition, firstOffset, lastOffset, highWatermark } = payload;
      const first = (firstOffset as string | null) === null ? undefined : Number(firstOffset);
      listener.skipped({ topic, partition, first, last: Number(lastOffset), highWatermark: Number(highWatermark) });
    });
  }

  #readLog({ log }: LogEntry): void {
    if (!log.message.startsWith('Offset out of range')) return;
    const { topic, partition } = log as unknown as TopicPartition;
    this.#listener.lost({ topic, partition: Number(partition) });
  }
}
