import { errorCodes, messages, type RequestInput } from '@eventstream/kafka-protocol';
import { batchOf } from './batches.ts';
import type { ClusterUnderTest } from './cluster-under-test.ts';

/** How a raw transactional producer behaves; protocol 2 is that of KIP-890. */
export type ProducerWish = {
  readonly id?: string;
  readonly protocol?: 1 | 2;
  readonly timeoutMs?: number;
  readonly node?: number;
};

/** The name of an error code, as tests want to read it. */
export function errorName(code: number | undefined): string {
  return Object.entries(errorCodes).find(([, value]) => value === code)?.[0] ?? `code ${code}`;
}

/** Speaks the raw transaction protocol for one producer, remembering identity and sequences. Gives names of errors. */
export async function transactionalProducer(under: ClusterUnderTest, wish: ProducerWish = {}) {
  const { id = 'tx', protocol = 2, timeoutMs = 60_000, node = 1 } = wish;
  const sequences = new Map<string, number>();
  const producer = {
    transactionalId: id,
    producerId: -1n,
    producerEpoch: -1,
    /** Takes the transactional id, over whoever has it; with `expected`, as one that recovers. */
    async register(expected: { producerId?: bigint; producerEpoch?: number } = {}) {
      const request = { transactionalId: id, transactionTimeoutMs: timeoutMs, ...expected };
      const answer = await under.call(messages.initProducerId, { version: 5, node }, request);
      if (answer.errorCode === 0) adopt(answer);
      return errorName(answer.errorCode);
    },
    async add(topic: string, partitions: readonly number[] = [0], version = 3) {
      const answer = await under.call(messages.addPartitionsToTxn, { version, node }, addRequest(topic, partitions));
      return answer.resultsByTopicV3AndBelow[0]!.resultsByPartition.map((one) => errorName(one.partitionErrorCode));
    },
    async addOffsets(groupId = 'g', version = 3) {
      const { transactionalId, producerId, producerEpoch } = producer;
      const request = { transactionalId, producerId, producerEpoch, groupId };
      return errorName((await under.call(messages.addOffsetsToTxn, { version, node }, request)).errorCode);
    },
    /** Writes one batch; its sequence follows what was stored before in this epoch. */
    async send(
      topic: string,
      values: readonly string[],
      more: { version?: number; timestamps?: bigint[]; keys?: string[] } = {},
    ) {
      const { version = protocol === 2 ? 12 : 9, ...content } = more;
      const baseSequence = sequences.get(topic) ?? 0;
      const { producerId, producerEpoch, transactionalId } = producer;
      const identity = { producerId, producerEpoch, baseSequence, isTransactional: true };
      const records = batchOf({ values, ...identity, ...content });
      const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
      const request = { transactionalId, acks: -1, timeoutMs: 1000, topicData };
      const answer = await under.call(messages.produce, { version, node }, request);
      const { errorCode } = answer.responses[0]!.partitionResponses[0]!;
      if (errorCode === 0) sequences.set(topic, baseSequence + values.length);
      return errorName(errorCode);
    },
    async offset(committedOffset: bigint, more: Partial<RequestInput<typeof messages.txnOffsetCommit>> = {}) {
      const { transactionalId, producerId, producerEpoch } = producer;
      const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: 'm' }];
      const topics = [{ name: 't', partitions }];
      const request = { transactionalId, producerId, producerEpoch, groupId: 'g', topics, ...more };
      const answer = await under.call(messages.txnOffsetCommit, { version: protocol === 2 ? 5 : 3, node }, request);
      return errorName(answer.topics[0]!.partitions[0]!.errorCode);
    },
    commit: () => end(true),
    abort: () => end(false),
  };

  function addRequest(name: string, partitions: readonly number[]) {
    return {
      v3AndBelowTransactionalId: id,
      v3AndBelowProducerId: producer.producerId,
      v3AndBelowProducerEpoch: producer.producerEpoch,
      v3AndBelowTopics: [{ name, partitions }],
    };
  }

  function adopt(identity: { producerId: bigint; producerEpoch: number }) {
    if (identity.producerEpoch !== producer.producerEpoch || identity.producerId !== producer.producerId) {
      sequences.clear();
    }
    producer.producerId = identity.producerId;
    producer.producerEpoch = identity.producerEpoch;
  }

  async function end(committed: boolean) {
    const { transactionalId, producerId, producerEpoch } = producer;
    const request = { transactionalId, producerId, producerEpoch, committed };
    const answer = await under.call(messages.endTxn, { version: protocol === 2 ? 5 : 3, node }, request);
    if (answer.errorCode === 0 && protocol === 2) adopt(answer);
    return errorName(answer.errorCode);
  }

  await producer.register();
  return producer;
}
