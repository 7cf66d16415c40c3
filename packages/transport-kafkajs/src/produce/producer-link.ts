import { type MomentHub, within } from '@eventstream/core';
import type { Message, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import { type Client, createClient } from '../client/client.ts';
import { type Failure, readFailure } from '../client/errors.ts';
import { noAnswer } from '../client/kafka-codes.ts';
import type { Settings } from '../settings.ts';
import type { Batch, Stored } from './batch.ts';
import { encodedAs } from './encoded-codec.ts';
import { OneBroker } from './one-broker.ts';
import { messagesOf, standInOf } from './stand-in.ts';
import type { Outcome, Wire } from './wire.ts';

/** After this many requests in a row that kafkajs never came back from, its client is given up. */
const hangsPerClient = 2;

function hung(hangs: number): Failure {
  const meaning = hangs < hangsPerClient ? noAnswer : ({ ...noAnswer, batch: 'renew' } as const);
  return { code: 'RequestTimeout', message: 'kafkajs did not come back in time', meaning, cause: undefined };
}

function byTopic(batches: readonly Batch[], standIns: readonly Message[]): TopicMessages[] {
  return [...new Set(batches.map(({ topic }) => topic))].map((topic) => ({
    topic,
    messages: messagesOf(
      batches.filter((batch) => batch.topic === topic),
      standIns.filter((_, index) => batches[index]?.topic === topic),
    ),
  }));
}

function storedAt({ baseOffset, offset, logAppendTime, timestamp }: RecordMetadata): Stored {
  return { offset: Number(baseOffset ?? offset ?? -1), logAppendTime: Number(logAppendTime ?? timestamp ?? -1) };
}

/** One kafkajs producer: a producer id, its sequence numbers and its connections. */
export class ProducerLink implements Wire {
  readonly #settings: Settings;
  readonly #client: Client;
  readonly #producer: Producer;
  readonly #oneBroker = new OneBroker();
  #connecting: Promise<void> | undefined;
  #reconnecting = false;
  #hangs = 0;

  constructor(settings: Settings, moments: MomentHub) {
    this.#settings = settings;
    // A request that outlives the batches in it only holds up the next ones.
    const requestTimeoutMs = Math.max(100, Math.min(settings.requestTimeoutMs, settings.deliveryTimeoutMs));
    this.#client = createClient(settings, moments, { retries: settings.brokers.length, requestTimeoutMs });
    const { kafka, sockets } = this.#client;
    this.#producer = kafka.producer({
      createPartitioner: () => this.#oneBroker.partitioner,
      idempotent: settings.idempotent,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
      // None, in the one number that kafkajs does not take for "too few" when idempotent. Its own retry forgets partitions that
      // move to a broker which has answered already; ours counts attempts and keeps the deadline.
      retry: { retries: Number.NaN },
    });
    this.#producer.on(this.#producer.events.REQUEST_TIMEOUT, ({ payload }) => {
      sockets.destroyBroker(payload.broker, `no answer for ${requestTimeoutMs} ms`);
    });
  }

  /** Connects once; a failed attempt may be repeated. */
  connect(): Promise<void> {
    this.#connecting ??= this.#producer.connect().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  async send(batches: readonly Batch[]): Promise<readonly Outcome[]> {
    const shared = batches.length > 1;
    const failed = (failure: Failure): Outcome[] => batches.map(() => ({ kind: 'failed', failure, shared }));
    const { clock, requestTimeoutMs, connectTimeoutMs } = this.#settings;
    const answer = this.connect().then(() => this.#request(batches));
    // kafkajs connects, refreshes and sends under this one promise: each part has a timeout, the whole has not.
    const ended = await within(answer, 2 * requestTimeoutMs + connectTimeoutMs, clock);
    if (ended === 'late') {
      answer.catch(() => undefined);
      this.#hangs += 1;
      this.#client.sockets.destroyAll('kafkajs hangs', false);
      return failed(hung(this.#hangs));
    }
    this.#hangs = 0;
    return answer.then(
      (answers) => this.#compare(batches, answers),
      (error: unknown) =>
        this.#oneBroker.stopped(error) ? batches.map(() => ({ kind: 'unsent' })) : failed(readFailure(error)),
    );
  }

  /**
   * Makes kafkajs forget its brokers. It can come to hold one broker under the id of another, when a connection breaks while
   * it learns metadata: it then sends that leader's partitions nowhere, and resolves. The producer id outlives this.
   */
  reconnect(): void {
    if (this.#reconnecting) return;
    this.#reconnecting = true;
    const { clock, requestTimeoutMs } = this.#settings;
    this.#connecting = within(this.#producer.disconnect(), requestTimeoutMs, clock)
      .then(() => this.#producer.connect())
      .catch((error: unknown) => {
        this.#connecting = undefined;
        throw error;
      })
      .finally(() => {
        this.#reconnecting = false;
      });
    this.#connecting.catch(() => undefined);
  }

  /** Lets go of the connections; ends them by force when kafkajs has not within `graceMs`. */
  async close(graceMs: number): Promise<void> {
    await within(this.#producer.disconnect(), graceMs, this.#settings.clock);
    this.#client.sockets.destroyAll('the transport was closed', true);
  }

  #request(batches: readonly Batch[]): Promise<RecordMetadata[]> {
    const { acks, gzip, requestTimeoutMs } = this.#settings;
    const standIns = batches.map(standInOf);
    this.#oneBroker.mark(standIns);
    return this.#producer.sendBatch({
      acks,
      timeout: requestTimeoutMs,
      compression: encodedAs(gzip ? 'gzip' : 'none'),
      topicMessages: byTopic(batches, standIns),
    });
  }

  /**
   * kafkajs resolves although it skipped a partition: one it does not know, or one whose leader moved, during its retry, to a
   * broker that had answered already. Only an answer that names the partition counts.
   */
  #compare(batches: readonly Batch[], answers: readonly RecordMetadata[]): Outcome[] {
    if (this.#settings.acks === 0) {
      return batches.map(() => ({ kind: 'stored', stored: { offset: -1, logAppendTime: -1 } }));
    }
    return batches.map(({ topic, partition }) => {
      const answer = answers.find((one) => one.topicName === topic && one.partition === partition);
      return answer === undefined ? { kind: 'unanswered' } : { kind: 'stored', stored: storedAt(answer) };
    });
  }
}
