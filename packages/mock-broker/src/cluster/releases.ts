/** A list of what a release serves, one column each. */
const columns = ['2.1', '2.4', '2.8', '3.0', '3.3', '3.5', '3.7', '3.9', '4.0', '4.1', '4.2', '4.3'] as const;

/** A release of Kafka that a mock cluster can act as. */
export type KafkaRelease = (typeof columns)[number];

/** The releases by age, the oldest first. */
export const kafkaReleases: readonly KafkaRelease[] = columns;

/**
 * The versions each release serves to clients, by API key; `-` where it does not know the API. Up to 3.0 those of a
 * broker with ZooKeeper, afterwards of one with KRaft. Taken from the releases' own class files (`ApiKeys` of
 * kafka-clients), those of 3.9 and 4.3 compared with running brokers.
 */
const rangesByKey: Readonly<Record<number, string>> = {
  0: '0-7 0-8 0-9 0-9 0-9 0-9 0-10 0-11 0-12 0-13 0-13 0-13', // Produce
  1: '0-10 0-11 0-12 0-12 0-13 0-15 0-16 0-17 4-17 4-18 4-18 4-18', // Fetch
  2: '0-4 0-5 0-6 0-7 0-7 0-8 0-8 0-9 1-10 1-10 1-11 1-11', // ListOffsets
  3: '0-7 0-9 0-11 0-11 0-12 0-12 0-12 0-12 0-13 0-13 0-13 0-13', // Metadata
  8: '0-6 0-8 0-8 0-8 0-8 0-8 0-9 0-9 2-9 2-9 2-10 2-10', // OffsetCommit
  9: '0-5 0-6 0-7 0-8 0-8 0-8 0-9 0-9 1-9 1-9 1-10 1-10', // OffsetFetch
  10: '0-2 0-3 0-3 0-4 0-4 0-4 0-4 0-6 0-6 0-6 0-6 0-6', // FindCoordinator
  11: '0-3 0-6 0-7 0-7 0-9 0-9 0-9 0-9 0-9 0-9 0-9 0-9', // JoinGroup
  12: '0-2 0-4 0-4 0-4 0-4 0-4 0-4 0-4 0-4 0-4 0-4 0-4', // Heartbeat
  13: '0-2 0-4 0-4 0-4 0-5 0-5 0-5 0-5 0-5 0-5 0-5 0-5', // LeaveGroup
  14: '0-2 0-4 0-5 0-5 0-5 0-5 0-5 0-5 0-5 0-5 0-5 0-5', // SyncGroup
  15: '0-2 0-5 0-5 0-5 0-5 0-5 0-5 0-5 0-6 0-6 0-6 0-6', // DescribeGroups
  16: '0-2 0-3 0-4 0-4 0-4 0-4 0-4 0-5 0-5 0-5 0-5 0-5', // ListGroups
  17: '0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1', // SaslHandshake
  18: '0-2 0-3 0-3 0-3 0-3 0-3 0-3 0-4 0-4 0-4 0-4 0-4', // ApiVersions
  19: '0-3 0-5 0-7 0-7 0-7 0-7 0-7 0-7 2-7 2-7 2-7 2-7', // CreateTopics
  20: '0-3 0-4 0-6 0-6 0-6 0-6 0-6 0-6 1-6 1-6 1-6 1-6', // DeleteTopics
  21: '0-1 0-1 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2', // DeleteRecords
  22: '0-1 0-2 0-4 0-4 0-4 0-4 0-4 0-5 0-5 0-5 0-5 0-5', // InitProducerId
  23: '0-2 0-3 0-4 0-4 0-4 0-4 0-4 0-4 2-4 2-4 2-4 2-4', // OffsetForLeaderEpoch
  24: '0-1 0-1 0-3 0-3 0-3 0-3 0-4 0-5 0-5 0-5 0-5 0-5', // AddPartitionsToTxn
  25: '0-1 0-1 0-3 0-3 0-3 0-3 0-3 0-4 0-4 0-4 0-4 0-4', // AddOffsetsToTxn
  26: '0-1 0-1 0-3 0-3 0-3 0-3 0-3 0-4 0-5 0-5 0-5 0-5', // EndTxn
  27: '0-0 0-0 0-1 0-1 0-1 0-1 0-1 0-1 1-1 1-1 1-2 1-2', // WriteTxnMarkers
  28: '0-2 0-2 0-3 0-3 0-3 0-3 0-3 0-4 0-5 0-5 0-5 0-5', // TxnOffsetCommit
  29: '0-1 0-1 0-2 0-2 0-3 0-3 0-3 0-3 1-3 1-3 1-3 1-3', // DescribeAcls
  30: '0-1 0-1 0-2 0-2 0-3 0-3 0-3 0-3 1-3 1-3 1-3 1-3', // CreateAcls
  31: '0-1 0-1 0-2 0-2 0-3 0-3 0-3 0-3 1-3 1-3 1-3 1-3', // DeleteAcls
  32: '0-2 0-2 0-4 0-4 0-4 0-4 0-4 0-4 1-4 1-4 1-4 1-4', // DescribeConfigs
  33: '0-1 0-1 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2', // AlterConfigs
  34: '0-1 0-1 0-2 0-2 0-2 0-2 0-2 0-2 1-2 1-2 1-2 1-2', // AlterReplicaLogDirs
  35: '0-1 0-1 0-2 0-2 0-4 0-4 0-4 0-4 1-4 1-4 1-4 1-5', // DescribeLogDirs
  36: '0-0 0-1 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2', // SaslAuthenticate
  37: '0-1 0-1 0-3 0-3 0-3 0-3 0-3 0-3 0-3 0-3 0-3 0-3', // CreatePartitions
  38: '0-1 0-2 0-2 0-2 - - 0-3 0-3 1-3 1-3 1-3 1-3', // CreateDelegationToken
  39: '0-1 0-1 0-2 0-2 - - 0-2 0-2 1-2 1-2 1-2 1-2', // RenewDelegationToken
  40: '0-1 0-1 0-2 0-2 - - 0-2 0-2 1-2 1-2 1-2 1-2', // ExpireDelegationToken
  41: '0-1 0-1 0-2 0-2 - - 0-3 0-3 1-3 1-3 1-3 1-3', // DescribeDelegationToken
  42: '0-1 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2', // DeleteGroups
  43: '- 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2 0-2', // ElectLeaders
  44: '- 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1', // IncrementalAlterConfigs
  45: '- 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-1 0-1 0-1', // AlterPartitionReassignments
  46: '- 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0', // ListPartitionReassignments
  47: '- 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0', // OffsetDelete
  48: '- - 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1', // DescribeClientQuotas
  49: '- - 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1', // AlterClientQuotas
  50: '- - 0-0 0-0 - 0-0 0-0 0-0 0-0 0-0 0-0 0-0', // DescribeUserScramCredentials
  51: '- - 0-0 0-0 - 0-0 0-0 0-0 0-0 0-0 0-0 0-0', // AlterUserScramCredentials
  55: '- - - - 0-1 0-1 0-1 0-2 0-2 0-2 0-2 0-2', // DescribeQuorum
  57: '- - 0-0 0-0 0-1 0-1 0-1 0-1 0-2 0-2 0-2 0-2', // UpdateFeatures
  60: '- - 0-0 0-0 0-0 0-0 0-1 0-1 0-2 0-2 0-2 0-2', // DescribeCluster
  61: '- - 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0', // DescribeProducers
  64: '- - - - 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0', // UnregisterBroker
  65: '- - - 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0 0-0', // DescribeTransactions
  66: '- - - 0-0 0-0 0-0 0-0 0-1 0-1 0-2 0-2 0-2', // ListTransactions
  68: '- - - - - - 0-0 0-0 0-1 0-1 0-1 0-1', // ConsumerGroupHeartbeat
  69: '- - - - - - - 0-0 0-1 0-1 0-1 0-1', // ConsumerGroupDescribe
  71: '- - - - - - 0-0 0-0 0-0 0-0 0-0 0-0', // GetTelemetrySubscriptions
  72: '- - - - - - 0-0 0-0 0-0 0-0 0-0 0-0', // PushTelemetry
  74: '- - - - - - 0-0 0-0 0-0 0-1 0-1 0-1', // ListConfigResources
  75: '- - - - - - - 0-0 0-0 0-0 0-0 0-0', // DescribeTopicPartitions
  76: '- - - - - - - - - 1-1 1-1 1-1', // ShareGroupHeartbeat
  77: '- - - - - - - - - 1-1 1-1 1-1', // ShareGroupDescribe
  78: '- - - - - - - - - 1-1 1-2 1-2', // ShareFetch
  79: '- - - - - - - - - 1-1 1-2 1-2', // ShareAcknowledge
  80: '- - - - - - - 0-0 0-0 0-0 0-1 0-1', // AddRaftVoter
  81: '- - - - - - - 0-0 0-0 0-0 0-0 0-0', // RemoveRaftVoter
  88: '- - - - - - - - - - 0-0 0-0', // StreamsGroupHeartbeat
  89: '- - - - - - - - - - 0-0 0-0', // StreamsGroupDescribe
  90: '- - - - - - - - - 0-0 0-1 0-1', // DescribeShareGroupOffsets
  91: '- - - - - - - - - 0-0 0-0 0-0', // AlterShareGroupOffsets
  92: '- - - - - - - - - 0-0 0-0 0-0', // DeleteShareGroupOffsets
};

/** The versions of an API that a release serves, or nothing when it does not know it. */
export function rangeIn(release: KafkaRelease, apiKey: number): readonly [number, number] | undefined {
  const cell = rangesByKey[apiKey]?.split(' ')[columns.indexOf(release)];
  const [lowest, highest] = (cell ?? '-').split('-').map(Number);
  return cell === undefined || cell === '-' ? undefined : [lowest as number, highest as number];
}

/** Whether a release is as new as another. */
export function isAtLeast(release: KafkaRelease, other: KafkaRelease): boolean {
  return columns.indexOf(release) >= columns.indexOf(other);
}
