import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { logDir } from '../log/log-dir.ts';

/** AlterReplicaLogDirs moves replicas of this node to another directory; there is one, and everything is in it already. */
export const alterReplicaLogDirs = defineApi(messages.alterReplicaLogDirs, {
  versions: [1, 2],
  limits: ['Every node has one log directory.'],
  handle: (context, { dirs }) => ({
    throttleTimeMs: 0,
    results: dirs.flatMap(({ path, topics }) =>
      topics.map(({ name, partitions }) => ({
        topicName: name,
        partitions: partitions.map((partitionIndex) => ({
          partitionIndex,
          errorCode: codeOf(path === logDir ? judge(context, name, partitionIndex) : 'LOG_DIR_NOT_FOUND'),
        })),
      })),
    ),
  }),
  fail: ({ dirs }, errorCode) => ({
    throttleTimeMs: 0,
    results: dirs.flatMap(({ topics }) =>
      topics.map(({ name, partitions }) => ({
        topicName: name,
        partitions: partitions.map((partitionIndex) => ({ partitionIndex, errorCode })),
      })),
    ),
  }),
});

function judge({ catalog, nodeId }: RequestContext, name: string, index: number): ErrorName {
  const replicas = catalog.byName(name)?.partition(index)?.replicas ?? [];
  return replicas.includes(nodeId) ? 'NONE' : 'REPLICA_NOT_AVAILABLE';
}
