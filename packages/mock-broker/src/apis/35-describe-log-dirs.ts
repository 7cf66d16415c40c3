import { messages, type RequestOf } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { logDir } from '../log/log-dir.ts';
import type { Topic } from '../topics/topic.ts';

type AskedTopics = RequestOf<typeof messages.describeLogDirs>['topics'];

/** DescribeLogDirs tells how large the replicas of this node are; null asks for all, an unknown partition is left out. */
export const describeLogDirs = defineApi(messages.describeLogDirs, {
  versions: [1, 5],
  limits: ['Nothing is on a disk: total and usable bytes are unknown (-1). Sizes are those of the batches in memory.'],
  handle({ catalog, nodeId }, { topics: asked }) {
    const topics = catalog.list().flatMap((topic) => {
      const partitions = ownPartitions(topic, nodeId, asked);
      return partitions.length > 0 ? [{ name: topic.name, partitions }] : [];
    });
    return { throttleTimeMs: 0, errorCode: 0, results: [{ errorCode: 0, logDir, topics }] };
  },
  // Before v3 there is no error for the whole answer, so the directory carries it as well.
  fail: (_request, errorCode) => ({
    throttleTimeMs: 0,
    errorCode,
    results: errorCode === codeOf('CLUSTER_AUTHORIZATION_FAILED') ? [] : [{ errorCode, logDir, topics: [] }],
  }),
});

function ownPartitions(topic: Topic, nodeId: number, asked: AskedTopics) {
  const wanted = asked?.find(({ topic: name }) => name === topic.name)?.partitions;
  return topic.partitions
    .filter(({ index, replicas }) => replicas.includes(nodeId) && (asked === null || wanted?.includes(index)))
    .map(({ index, log }) => ({
      partitionIndex: index,
      partitionSize: BigInt(log.sizeInBytes),
      offsetLag: 0n,
      isFutureKey: false,
    }));
}
