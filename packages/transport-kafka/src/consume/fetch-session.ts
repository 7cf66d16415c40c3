import { errorCodes, type messages, type RequestInput, type ResponseOf, zeroUuid } from '@eventstream/kafka-protocol';
import type { Reading } from './reading.ts';

/** A partition in a fetch, as it stood when the fetch was sent. */
export type Asked = {
  readonly reading: Reading;
  readonly from: number;
  readonly turn: number;
  readonly leaderEpoch: number;
  /** {@link zeroUuid} when brokers have no topic ids. */
  readonly topicId: string;
};

type FetchRequest = RequestInput<typeof messages.fetch>;
type TopicRequest = FetchRequest['topics'][number];
type Sent = { readonly topic: string; readonly partition: number; readonly topicId: string; readonly terms: string };

/** The part of a request that a session decides on. */
export type SessionPart = Pick<FetchRequest, 'sessionId' | 'sessionEpoch' | 'topics' | 'forgottenTopicsData'>;

/** Answers that mean that the broker has no such session, or another idea of it. */
const broken: readonly number[] = [
  errorCodes.FETCH_SESSION_ID_NOT_FOUND,
  errorCodes.INVALID_FETCH_SESSION_EPOCH,
  errorCodes.FETCH_SESSION_TOPIC_ID_ERROR,
  errorCodes.INCONSISTENT_TOPIC_ID,
];

const lastEpoch = 0x7fff_ffff;

/**
 * A fetch session with one broker (KIP-227): after a first full request only what has changed is asked for, and only what is
 * new is answered.
 */
export class FetchSession {
  #id = 0;
  #epoch = 0;
  #byId = false;
  readonly #sent = new Map<string, Sent>();

  /** Whether an answer may leave out a partition that has nothing new. */
  get isIncremental(): boolean {
    return this.#epoch > 0;
  }

  /** What to ask for. `byId`: topics are numbered, not named (Fetch 13). */
  ask(asked: readonly Asked[], partitionMaxBytes: number, byId: boolean): SessionPart {
    if (byId !== this.#byId) this.reset();
    this.#byId = byId;
    const wanted = new Map(asked.map((one) => [keyOf(one), one]));
    const forgotten = [...this.#sent].filter(([key]) => !wanted.has(key));
    const changed = [...wanted].filter(([key, one]) => this.#sent.get(key)?.terms !== termsOf(one));
    for (const [key] of forgotten) this.#sent.delete(key);
    for (const [key, one] of changed) {
      const { topic, partition } = one.reading;
      this.#sent.set(key, { topic, partition, topicId: one.topicId, terms: termsOf(one) });
    }
    const isFull = this.#epoch === 0;
    return {
      sessionId: this.#id,
      sessionEpoch: this.#epoch,
      topics: toTopics(isFull ? asked : changed.map(([, one]) => one), partitionMaxBytes),
      forgottenTopicsData: isFull ? [] : forgottenTopics(forgotten.map(([, one]) => one)),
    };
  }

  /** Takes notice of an answer. False when it says that the session is over: nothing else in it counts. */
  answered({ errorCode, sessionId }: ResponseOf<typeof messages.fetch>): boolean {
    if (errorCode !== errorCodes.NONE) {
      this.reset();
      return !broken.includes(errorCode);
    }
    if (sessionId === 0) {
      this.reset();
      return true;
    }
    this.#id = sessionId;
    this.#epoch = this.#epoch === lastEpoch ? 1 : this.#epoch + 1;
    return true;
  }

  /** Begins anew with the next request: an answer was lost, so nobody knows what the broker thinks. */
  reset(): void {
    this.#epoch = 0;
    this.#id = 0;
    this.#sent.clear();
  }
}

function keyOf({ reading, topicId }: Asked): string {
  return `${topicId === zeroUuid ? reading.topic : topicId}/${reading.partition}`;
}

function termsOf({ from, leaderEpoch }: Asked): string {
  return `${from} ${leaderEpoch}`;
}

function toTopics(asked: readonly Asked[], partitionMaxBytes: number): TopicRequest[] {
  const topics = new Map<string, TopicRequest & { readonly partitions: TopicRequest['partitions'][number][] }>();
  for (const { reading, from, leaderEpoch, topicId } of asked) {
    const topic = topics.get(reading.topic) ?? { topic: reading.topic, topicId, partitions: [] };
    topics.set(reading.topic, topic);
    topic.partitions.push({
      partition: reading.partition,
      currentLeaderEpoch: leaderEpoch,
      fetchOffset: BigInt(from),
      partitionMaxBytes,
    });
  }
  return [...topics.values()];
}

function forgottenTopics(forgotten: readonly Sent[]) {
  const topics = new Map<string, { topic: string; topicId: string; partitions: number[] }>();
  for (const { topic, topicId, partition } of forgotten) {
    const known = topics.get(`${topic} ${topicId}`) ?? { topic, topicId, partitions: [] };
    topics.set(`${topic} ${topicId}`, known);
    known.partitions.push(partition);
  }
  return [...topics.values()];
}
