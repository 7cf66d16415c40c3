import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import { reassign } from '../cluster/leadership.ts';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

type Request = RequestOf<typeof messages.alterPartitionReassignments>;
type Wish = Request['topics'][number]['partitions'][number];
type Refusal = { readonly error: ErrorName; readonly message: string | null };

/**
 * AlterPartitionReassignments gives partitions to other nodes (KIP-455). v1 may forbid changing how many (KIP-860).
 *
 * It is done when the answer is written, so there is never one to take back with null.
 */
export const alterPartitionReassignments = defineApi(messages.alterPartitionReassignments, {
  versions: [0, 1],
  limits: ['A reassignment is done at once: no replica is ever being added or removed.'],
  handle: (context, request) => ({
    throttleTimeMs: 0,
    allowReplicationFactorChange: request.allowReplicationFactorChange,
    errorCode: 0,
    errorMessage: null,
    responses: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((wish) => {
        const refused = alter(context, request, { name, wish });
        const { partitionIndex } = wish;
        return { partitionIndex, errorCode: codeOf(refused?.error ?? 'NONE'), errorMessage: refused?.message ?? null };
      }),
    })),
  }),
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    errorCode,
    errorMessage: null,
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode, errorMessage: null })),
    })),
  }),
});

function alter(
  context: RequestContext,
  { allowReplicationFactorChange }: Request,
  { name, wish }: { readonly name: string; readonly wish: Wish },
): Refusal | undefined {
  const topic = context.catalog.byName(name);
  const partition = topic?.partition(wish.partitionIndex);
  if (!topic || !partition) {
    const what = topic ? `partition ${name}:${wish.partitionIndex}` : `a topic named ${name}`;
    return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `Unable to find ${what}.` };
  }
  const { replicas } = wish;
  if (replicas === null) return { error: 'NO_REASSIGNMENT_IN_PROGRESS', message: null };
  const complaint = complain(context, replicas);
  if (complaint !== undefined) return { error: 'INVALID_REPLICA_ASSIGNMENT', message: complaint };
  if (!allowReplicationFactorChange && replicas.length !== partition.replicas.length) {
    const message = `The replication factor is changed from ${partition.replicas.length} to ${replicas.length}`;
    return { error: 'INVALID_REPLICATION_FACTOR', message };
  }
  reassign(context, topic, { partition, replicas });
  return undefined;
}

function complain({ topology }: RequestContext, replicas: readonly number[]): string | undefined {
  if (replicas.length === 0) return 'The manual partition assignment includes an empty replica list.';
  const twice = replicas.find((id, at) => replicas.indexOf(id) < at);
  if (twice !== undefined) return `The manual partition assignment includes the broker ${twice} more than once.`;
  const known = new Set(topology.all().map(({ id }) => id));
  const stranger = replicas.find((id) => !known.has(id));
  return stranger === undefined
    ? undefined
    : `The manual partition assignment includes broker ${stranger}, but no such broker is registered.`;
}
