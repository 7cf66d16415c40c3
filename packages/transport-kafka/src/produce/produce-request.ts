import { errorCodes, type messages, type RequestInput, type ResponseOf } from '@eventstream/kafka-protocol';
import type { Batch } from './batch.ts';
import type { PartitionQueue } from './partition-queue.ts';

/** A batch in a request. */
export type Passenger = { readonly queue: PartitionQueue; readonly batch: Batch; readonly bytes: Uint8Array };

/** What the answer says about one batch. */
export type BatchAnswer = ResponseOf<typeof messages.produce>['responses'][number]['partitionResponses'][number];

/** What a request says beside its batches. */
export type ProduceTerms = {
  readonly acks: number;
  readonly timeoutMs: number;
  readonly transactionalId: string | null;
};

/** The request that carries some batches, of different partitions. */
export function produceRequest(
  passengers: readonly Passenger[],
  { acks, timeoutMs, transactionalId }: ProduceTerms,
): RequestInput<typeof messages.produce> {
  const topics = new Map<string, { index: number; records: Uint8Array }[]>();
  for (const { queue, bytes } of passengers) {
    const partitions = topics.get(queue.topic) ?? [];
    if (partitions.length === 0) topics.set(queue.topic, partitions);
    partitions.push({ index: queue.partition, records: bytes });
  }
  return {
    transactionalId,
    acks,
    timeoutMs,
    topicData: Array.from(topics, ([name, partitionData]) => ({ name, partitionData })),
  };
}

/** What an answer says about a partition; an answer that leaves it out leaves everything open. */
export function answerFor(answer: ResponseOf<typeof messages.produce>, { queue }: Passenger): BatchAnswer {
  const topic = answer.responses.find(({ name }) => name === queue.topic);
  return (
    topic?.partitionResponses.find(({ index }) => index === queue.partition) ?? {
      index: queue.partition,
      errorCode: errorCodes.UNKNOWN_SERVER_ERROR,
      baseOffset: -1n,
      logAppendTimeMs: -1n,
      logStartOffset: -1n,
      recordErrors: [],
      errorMessage: 'the answer said nothing about the partition',
      currentLeader: { leaderId: -1, leaderEpoch: -1 },
    }
  );
}
