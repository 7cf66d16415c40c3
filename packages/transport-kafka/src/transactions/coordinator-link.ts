import type { WaitOptions } from '@eventstream/core';
import {
  type AnyApi,
  errorCodes,
  errorInfo,
  messages,
  type RequestInput,
  type ResponseOf,
} from '@eventstream/kafka-protocol';
import { type AdminContext, insist } from '../admin/context.ts';
import type { Attempt } from '../errors/attempt.ts';
import { codeError } from '../errors/code-error.ts';
import type { LinkSending, Ready } from '../network/link.ts';
import type { ProducerIdentity } from '../produce/producer-source.ts';
import { producerFenced } from './errors.ts';

/** Codes that mean that another producer has taken the transactional id over. */
const fencing: readonly number[] = [
  errorCodes.PRODUCER_FENCED,
  errorCodes.INVALID_PRODUCER_EPOCH,
  errorCodes.INVALID_PRODUCER_ID_MAPPING,
];

/** Since this level partitions join a transaction by being written to (KIP-890). */
const implicitJoin = 2;
/** What those who ask under that level must be able to send: EndTxn 5 bumps the epoch. */
const endTxnV2 = 5;

/** Topics as transaction requests name them. */
export type TxnTopics = readonly { readonly name: string; readonly partitions: readonly number[] }[];

/** The conversation with the coordinator of one transactional id. */
export class CoordinatorLink {
  readonly transactionalId: string;
  readonly #context: AdminContext;

  constructor(context: AdminContext, transactionalId: string) {
    this.#context = context;
    this.transactionalId = transactionalId;
  }

  /** Whether a broker's cluster has transactions of the second kind (KIP-890). */
  static joinsImplicitly({ versions }: Ready): boolean {
    return (
      versions.feature('transaction.version') >= implicitJoin && (versions.newest(messages.endTxn) ?? 0) >= endTxnV2
    );
  }

  /** Takes the transactional id over, or raises the epoch of `known`. */
  init(
    transactionTimeoutMs: number,
    known: ProducerIdentity | undefined,
    wait?: WaitOptions,
  ): Promise<ProducerIdentity> {
    const { transactionalId } = this;
    return this.#insist('begin using', wait, async () => {
      const answer = await this.#ask(
        messages.initProducerId,
        ({ version }) => ({
          transactionalId,
          transactionTimeoutMs,
          ...(version >= 3 && known !== undefined ? { producerId: known.id, producerEpoch: known.epoch } : {}),
        }),
        { cap: 5 },
      );
      this.#judge(answer.errorCode, 'begin using', known?.epoch ?? -1);
      return { id: answer.producerId, epoch: answer.producerEpoch };
    });
  }

  /** Tells that these partitions are going to be written to. */
  addPartitions({ id, epoch }: ProducerIdentity, topics: TxnTopics): Promise<void> {
    const { transactionalId } = this;
    const named = topics.map(({ name, partitions }) => ({ name, partitions: [...partitions] }));
    return this.#insist('add partitions to', undefined, async () => {
      const answer = await this.#ask(
        messages.addPartitionsToTxn,
        {
          v3AndBelowTransactionalId: transactionalId,
          v3AndBelowProducerId: id,
          v3AndBelowProducerEpoch: epoch,
          v3AndBelowTopics: named,
        },
        { cap: 3 },
      );
      for (const { name, resultsByPartition } of answer.resultsByTopicV3AndBelow) {
        for (const { partitionErrorCode } of resultsByPartition) {
          this.#judge(partitionErrorCode, 'add partitions to', epoch, name);
        }
      }
    });
  }

  /** Tells that offsets of a group are going to be added. */
  addOffsets({ id: producerId, epoch: producerEpoch }: ProducerIdentity, groupId: string): Promise<void> {
    const { transactionalId } = this;
    return this.#insist('add offsets to', undefined, async () => {
      const answer = await this.#ask(
        messages.addOffsetsToTxn,
        { transactionalId, producerId, producerEpoch, groupId },
        { cap: 3 },
      );
      this.#judge(answer.errorCode, 'add offsets to', producerEpoch);
    });
  }

  /** Ends the transaction. Gives the identity to go on with: since KIP-890 every end raises the epoch. */
  end(
    known: ProducerIdentity,
    committed: boolean,
    how: { readonly v2: boolean } & WaitOptions,
  ): Promise<ProducerIdentity> {
    const { transactionalId } = this;
    const { v2, ...wait } = how;
    const what = committed ? 'commit' : 'abort';
    return this.#insist(what, wait, async () => {
      const answer = await this.#ask(
        messages.endTxn,
        { transactionalId, producerId: known.id, producerEpoch: known.epoch, committed },
        { cap: v2 ? endTxnV2 : endTxnV2 - 1 },
      );
      this.#judge(answer.errorCode, what, known.epoch);
      return answer.producerId < 0n ? known : { id: answer.producerId, epoch: answer.producerEpoch };
    });
  }

  async #ask<Of extends AnyApi>(
    api: Of,
    request: RequestInput<Of> | ((ready: Ready & { readonly version: number }) => RequestInput<Of>),
    sending: LinkSending,
  ): Promise<ResponseOf<Of>> {
    const link = await this.#context.coordinators.link(this.#of, this.#attempt('find the coordinator of'));
    return link.request(api, request, sending);
  }

  get #of() {
    return { kind: 'transaction', key: this.transactionalId } as const;
  }

  #attempt(what: string): Attempt {
    const { transactionalId } = this;
    return { operation: `${what} transaction "${transactionalId}"`, transactionalId, brokers: this.#context.brokers };
  }

  #insist<Value>(what: string, wait: WaitOptions | undefined, work: () => Promise<Value>): Promise<Value> {
    const { operation } = this.#attempt(what);
    const onFailure = () => this.#context.coordinators.forget(this.#of);
    return insist(this.#context, { operation, onFailure, ...(wait === undefined ? {} : { wait }) }, work);
  }

  #judge(errorCode: number, what: string, epoch: number, topic?: string): void {
    if (errorCode === errorCodes.NONE) return;
    if (fencing.includes(errorCode)) throw producerFenced(this.transactionalId, epoch);
    const attempt = this.#attempt(what);
    throw codeError(errorCode, topic === undefined ? attempt : { ...attempt, topic }, errorInfo(errorCode).message);
  }
}
