import { backoffDelay, type Random } from '@eventstream/core';
import { errorCodes, errorInfo, messages } from '@eventstream/kafka-protocol';
import type { Cluster } from '../cluster/cluster.ts';
import { codeError } from '../errors/code-error.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import { namedTopics } from './produce-versions.ts';
import type { ProducerIdentity, ProducerSource } from './producer-source.ts';

type Options = { readonly cluster: Cluster; readonly random: Random };

const pauses = { initialMs: 50, maxMs: 1000, jitter: 0.5 };

/** The producer id of a transport: asked for before the first batch, and again when its epochs are used up. */
export class Identity implements ProducerSource {
  readonly transactionalId = null;
  readonly produceCap = namedTopics;
  readonly renews = true;
  readonly #options: Options;
  #known: ProducerIdentity | undefined;
  #asking: Promise<ProducerIdentity> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  get known(): ProducerIdentity | undefined {
    return this.#known;
  }

  /** Forgets the id, so that the next batch asks for another; other partitions go on with it until they need one. */
  exhausted(): void {
    this.#known = undefined;
  }

  enlist(): undefined {
    return undefined;
  }

  /** Asks the brokers for an id until one answers. Rejects with what cannot pass: `authorization-failed`, `broker-refused`. */
  ask(stopped: () => boolean): Promise<ProducerIdentity> {
    this.#asking ??= this.#ask(stopped).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(stopped: () => boolean): Promise<ProducerIdentity> {
    const { random, cluster } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await cluster.ask(messages.initProducerId, {
          transactionalId: null,
          transactionTimeoutMs: 60_000,
        });
        if (answer.errorCode === errorCodes.NONE) {
          this.#known = { id: answer.producerId, epoch: answer.producerEpoch };
          return this.#known;
        }
        const error = codeError(answer.errorCode, { operation: 'produce', brokers: [] });
        if (!errorInfo(answer.errorCode).retriable) throw error;
      } catch (error) {
        if (!(error instanceof BrokerLost) || stopped()) throw error;
      }
      await cluster.pause(backoffDelay(attempt, pauses, random));
    }
  }
}
