import { errorCodes, messages } from '@eventstream/kafka-protocol';
import type { Cluster } from '../cluster/cluster.ts';
import { codeError } from '../errors/code-error.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import type { Reading } from './reading.ts';

/** The log was cut off at an offset and written anew from there, or the whole topic was made anew. */
export type Loss = { readonly cutAt: number } | 'topic-made-anew';

/** Whom a {@link PositionCheck} tells how a check that took a question to a broker has ended. */
export type PositionCheckEvents = {
  readonly onSound: (reading: Reading) => void;
  readonly onLost: (reading: Reading, how: Loss) => void;
  readonly onFailure: (reading: Reading, error: unknown) => void;
};

/** Since this version consumers may ask where an epoch ends. */
const leastVersion = 2;

/** Sees to it that a position still means what it meant: in the same topic, and in a log that holds what was read (KIP-320). */
export class PositionCheck {
  readonly #cluster: Cluster;
  readonly #events: PositionCheckEvents;

  constructor(cluster: Cluster, events: PositionCheckEvents) {
    this.#cluster = cluster;
    this.#events = events;
  }

  /** Whether the reading may be fetched now. When not, the end of the check is told; it counts as being fetched meanwhile. */
  isSound(reading: Reading, leaderEpoch: number): boolean {
    const { topic, topicId, lastEpoch, validEpoch } = reading;
    const id = this.#cluster.topics.find(topic)?.id;
    if (topicId !== undefined && id !== undefined && topicId !== id) {
      reading.topicId = id;
      reading.lastEpoch = -1;
      this.#events.onLost(reading, 'topic-made-anew');
      return false;
    }
    reading.topicId = id;
    if (lastEpoch < 0 || leaderEpoch <= validEpoch) {
      reading.validEpoch = Math.max(validEpoch, leaderEpoch);
      return true;
    }
    void this.#validate(reading, leaderEpoch);
    return false;
  }

  async #validate(reading: Reading, leaderEpoch: number): Promise<void> {
    const { turn } = reading;
    reading.fetching = true;
    const cutAt = await this.#divergence(reading, leaderEpoch).catch((error: unknown) => ({ error }));
    reading.fetching = false;
    if (typeof cutAt === 'object') {
      this.#events.onFailure(reading, cutAt.error);
      return;
    }
    if (reading.turn === turn) {
      reading.validEpoch = leaderEpoch;
      if (cutAt !== undefined) {
        reading.lastEpoch = -1;
        this.#events.onLost(reading, { cutAt });
        return;
      }
    }
    this.#events.onSound(reading);
  }

  /** The offset from which a new leader's log differs from what was read; nothing when it does not, or cannot be told. */
  async #divergence({ topic, partition, next = 0, lastEpoch }: Reading, epoch: number): Promise<number | undefined> {
    const link = this.#cluster.brokers.link(this.#cluster.leaderOf(topic, partition)?.leader ?? -1);
    if (link === undefined) throw new BrokerLost('the leader', 'it is not known', { maybeServed: false });
    const { versions } = await link.open();
    if ((versions.newest(messages.offsetForLeaderEpoch) ?? 0) < leastVersion) return undefined;
    const answer = await link.request(messages.offsetForLeaderEpoch, ({ version }) => ({
      ...(version >= 3 ? { replicaId: -1 } : {}),
      topics: [{ topic, partitions: [{ partition, currentLeaderEpoch: epoch, leaderEpoch: lastEpoch }] }],
    }));
    const told = answer.topics[0]?.partitions[0];
    if (told === undefined) return undefined;
    const attempt = { operation: 'fetch', brokers: [], topic };
    if (told.errorCode !== errorCodes.NONE) throw codeError(told.errorCode, attempt);
    const end = Number(told.endOffset);
    return end >= 0 && end < next ? end : undefined;
  }
}
