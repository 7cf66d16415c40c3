import type { PartitionOffset } from '@eventstream/core';
import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { type AdminContext, insist } from '../admin/context.ts';
import { codeError } from '../errors/code-error.ts';
import { producerFenced } from '../transactions/errors.ts';
import { byTopic, type Committer } from './offsets.ts';

/** Who commits in whose transaction. */
export type TransactionalCommitter = Committer & {
  readonly transactionalId: string;
  readonly id: bigint;
  readonly epoch: number;
};

/** Adds offsets to a transaction, with the generation they were read in (KIP-447). */
export function commitInTransaction(
  context: AdminContext,
  committer: TransactionalCommitter,
  offsets: readonly PartitionOffset[],
): Promise<void> {
  const { group, transactionalId, id, epoch, generation, memberId, instanceId } = committer;
  const of = { kind: 'group', key: group } as const;
  const operation = `commit offsets of group "${group}" in transaction "${transactionalId}"`;
  const onFailure = () => context.coordinators.forget(of);
  return insist(context, { operation, group, epoch: generation, onFailure }, async (attempt) => {
    const link = await context.coordinators.link(of, attempt);
    const answer = await link.request(messages.txnOffsetCommit, ({ version }) => ({
      transactionalId,
      groupId: group,
      producerId: id,
      producerEpoch: epoch,
      ...(version >= 3 ? { generationId: generation, memberId, groupInstanceId: instanceId } : {}),
      topics: byTopic(offsets, ({ partition, offset }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedMetadata: '',
      })),
    }));
    for (const { name, partitions } of answer.topics) {
      for (const { errorCode } of partitions) {
        if (errorCode === errorCodes.NONE) continue;
        const isFenced = errorCode === errorCodes.PRODUCER_FENCED || errorCode === errorCodes.INVALID_PRODUCER_EPOCH;
        throw isFenced ? producerFenced(transactionalId, epoch) : codeError(errorCode, { ...attempt, topic: name });
      }
    }
  });
}
