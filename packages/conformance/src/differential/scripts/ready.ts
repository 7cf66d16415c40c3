import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { type Step, step } from '../script.ts';

/** Creates a topic and goes on when the broker that was asked serves it, which a real one does a moment later. */
export function readyTopic(
  name: string,
  numPartitions = 1,
  configs: Readonly<Record<string, string>> = {},
): readonly Step[] {
  const indexes = Array.from({ length: numPartitions }, (_, index) => index);
  const topic = {
    name,
    numPartitions,
    replicationFactor: 1,
    assignments: [],
    // Times in the script are fixed ones, long ago: a real broker would delete such records at once.
    configs: Object.entries({ 'retention.ms': '-1', ...configs }).map(([key, value]) => ({ name: key, value })),
  };
  return [
    step(messages.createTopics, `creates ${name}`, { topics: [topic], timeoutMs: 5000 }, { versions: 5 }),
    step(
      messages.metadata,
      `${name} is there`,
      { topics: [{ name }], allowAutoTopicCreation: false },
      {
        versions: 12,
        until: ({ topics }) => topics[0]?.errorCode === 0 && topics[0].partitions.length === numPartitions,
        keep: ({ topics }, scene) => scene.keep(name, topics[0]?.topicId),
      },
    ),
    step(
      messages.listOffsets,
      `${name} is led`,
      {
        replicaId: -1,
        topics: [{ name, partitions: indexes.map((partitionIndex) => ({ partitionIndex, timestamp: -1n })) }],
      },
      { versions: 4, until: ({ topics }) => topics[0]?.partitions.every(({ errorCode }) => errorCode === 0) ?? false },
    ),
  ];
}

/** Asks for the coordinator of a group until it answers for it: a real broker first makes the topic of offsets and reads it. */
export function readyCoordinator(groupId: string): readonly Step[] {
  const asked = { groupIds: [groupId], includeAuthorizedOperations: false };
  return [
    step(
      messages.findCoordinator,
      `of group ${groupId}`,
      { keyType: 0, coordinatorKeys: [groupId] },
      { versions: 4, until: ({ coordinators }) => coordinators[0]?.errorCode === 0 },
    ),
    step(messages.consumerGroupDescribe, `of group ${groupId}, which nobody made`, asked, {
      versions: 0,
      until: ({ groups }) => groups[0]?.errorCode === errorCodes.GROUP_ID_NOT_FOUND,
    }),
  ];
}
