import type { ApiName } from '@eventstream/kafka-protocol';

/** A difference from real brokers that is meant to be there. */
export type DeclaredDifference = {
  readonly api: ApiName;
  /** Where in the answer, as the report names it; `''` when only one of the two answers at all. */
  readonly path: string | readonly string[];
  /** In these steps only. Default: in all. */
  readonly titles?: readonly string[];
  readonly versions?: readonly [lowest: number, highest: number];
  /** Of lists: which entries alone may differ, told by one of their fields. Default: any. */
  readonly entries?: { readonly field: string; readonly values: readonly (number | string)[] };
  /** Against these real brokers only. Default: all. */
  readonly kafka?: readonly string[];
  /** Why, in the words of the table for users; one of the API's own limits, or a sentence beside them. */
  readonly reason: string;
};

/** Delegation tokens, voters of the quorum, the state of share groups between brokers, streams groups. */
const notServed = [38, 39, 40, 41, 80, 81, 83, 84, 85, 86, 87, 88, 89];
/** APIs of which versions were taken away with Kafka 4.0 (KIP-896). */
const withoutOldestVersions = [1, 8, 9, 19, 20, 23, 27, 29, 30, 31, 32, 34, 35];
const twice = ['every element twice'];
const shapesWithNumbersOfNoMeaning = [
  'nothing but zeros',
  'nulls where they may be',
  'empty lists',
  'every element twice',
  'empty texts',
  'a byte too many',
];
const internalTopics =
  'Offsets and transactions are kept without internal topics: there is no __consumer_offsets and no __transaction_state.';
const namedTwice =
  'A topic or partition named twice in one request is answered twice where a real broker merges the two.';
const profiles =
  'As an older release the broker serves what that release serves, but within a version it behaves as the newest: codes and defaults that changed without a new version are those of 4.3.';
const emptyGroups =
  'A group without members and offsets stays until it is deleted; the coordinator of Kafka 3 forgets it when an offset goes.';
const shareEpochs =
  'The epochs of a share group grow at other heartbeats than in Kafka; why has not been examined yet.';
const neverAnswered = 'Answered with an error or nothing to report; a real broker fails inside and never answers.';
const unknownNumbers =
  'A filter with unknown numbers is refused with INVALID_REQUEST; a real broker closes the connection.';

/** Every difference that stays. One that is not here fails the test, and so does one here that is not met any more. */
export const declared: readonly DeclaredDifference[] = [
  {
    api: 'ApiVersions',
    path: 'apiKeys',
    entries: { field: 'apiKey', values: notServed },
    kafka: ['4.3.1'],
    reason:
      'What is not served is not listed: delegation tokens, voters of the quorum, what brokers tell each other of share groups, streams groups.',
  },
  {
    api: 'ApiVersions',
    path: 'apiKeys',
    entries: { field: 'apiKey', values: [...notServed, ...withoutOldestVersions] },
    kafka: ['3.9.2'],
    reason: 'Nor are versions below those of APIS.md, which Kafka 4 does not have either.',
  },
  {
    api: 'ApiVersions',
    path: ['supportedFeatures', 'finalizedFeatures'],
    entries: { field: 'name', values: ['streams.version'] },
    kafka: ['4.3.1'],
    reason: 'Features that hang on an API that is not served are left out.',
  },
  { api: 'Produce', path: '', titles: ['no records', 'nulls where they may be'], reason: neverAnswered },
  { api: 'AddPartitionsToTxn', path: '', titles: ['empty lists'], reason: neverAnswered },
  { api: 'AlterConfigs', path: '', titles: twice, reason: neverAnswered },
  { api: 'Produce', path: 'responses', titles: twice, reason: namedTwice },
  { api: 'Fetch', path: 'responses.partitions', titles: twice, versions: [4, 6], reason: namedTwice },
  { api: 'ListOffsets', path: 'topics', titles: twice, kafka: ['4.3.1'], reason: namedTwice },
  { api: 'OffsetCommit', path: 'topics', titles: twice, reason: namedTwice },
  { api: 'DeleteTopics', path: 'responses', titles: twice, reason: namedTwice },
  { api: 'DeleteRecords', path: 'topics', titles: twice, reason: namedTwice },
  {
    api: 'AddPartitionsToTxn',
    path: ['resultsByTopicV3AndBelow', 'resultsByTransaction.topicResults'],
    titles: twice,
    reason: namedTwice,
  },
  { api: 'WriteTxnMarkers', path: 'markers', titles: twice, reason: namedTwice },
  { api: 'TxnOffsetCommit', path: 'topics', titles: twice, reason: namedTwice },
  { api: 'AlterReplicaLogDirs', path: 'results', titles: twice, reason: namedTwice },
  { api: 'AlterClientQuotas', path: 'entries', titles: twice, reason: namedTwice },
  {
    api: 'ListOffsets',
    path: 'topics.partitions.errorCode',
    titles: ['nothing but minus ones'],
    reason:
      'An isolation level that does not exist is read as "uncommitted"; a real broker answers UNKNOWN_SERVER_ERROR.',
  },
  { api: 'Metadata', path: 'topics', titles: ['nulls where they may be', 'empty lists'], reason: internalTopics },
  { api: 'ElectLeaders', path: 'replicaElectionResults', titles: ['nulls where they may be'], reason: internalTopics },
  { api: 'ListConfigResources', path: 'configResources', kafka: ['4.3.1'], reason: internalTopics },
  {
    api: 'DescribeLogDirs',
    path: ['results.totalBytes', 'results.usableBytes', 'results.topics'],
    reason: 'Nothing is on a disk: total and usable bytes are unknown (-1). Sizes are those of the batches in memory.',
  },
  {
    api: 'JoinGroup',
    path: 'protocolName',
    titles: ['refused'],
    versions: [7, 9],
    reason: 'A refusal for lack of rights has an empty protocol name instead of none.',
  },
  {
    api: 'CreateTopics',
    path: 'topics.configs.configSource',
    kafka: ['4.3.1'],
    reason: 'Configs that a broker got from its formatting count as defaults.',
  },
  {
    api: 'DescribeConfigs',
    path: ['results.configs.configSource', 'results.configs.readOnly', 'results.configs'],
    reason: 'All nodes share one set of broker configs; changing it has no effect.',
  },
  {
    api: 'IncrementalAlterConfigs',
    path: 'responses.errorCode',
    titles: ['of a logger nobody has', 'does what cannot be done'],
    reason: 'There are no loggers, and an operation of no meaning is INVALID_CONFIG, not UNKNOWN_SERVER_ERROR.',
  },
  { api: 'DescribeAcls', path: '', titles: shapesWithNumbersOfNoMeaning, reason: unknownNumbers },
  { api: 'DescribeAcls', path: 'errorCode', titles: ['nothing but minus ones'], reason: unknownNumbers },
  { api: 'CreateAcls', path: ['', 'results.errorCode'], reason: unknownNumbers },
  { api: 'DeleteAcls', path: '', titles: shapesWithNumbersOfNoMeaning, reason: unknownNumbers },
  {
    api: 'AlterPartitionReassignments',
    path: 'allowReplicationFactorChange',
    titles: ['empty lists'],
    kafka: ['4.3.1'],
    reason: 'What the request allowed is repeated, even when it asked for nothing.',
  },
  {
    api: 'AlterUserScramCredentials',
    path: 'results.errorCode',
    reason: 'Of several things that are wrong with one user, another is told first.',
  },
  {
    api: 'DescribeProducers',
    path: 'topics.partitions.errorCode',
    titles: ['empty texts'],
    reason: 'An empty topic name is UNKNOWN_TOPIC_OR_PARTITION, not INVALID_TOPIC_EXCEPTION.',
  },
  {
    api: 'ListOffsets',
    path: ['topics.partitions', 'topics'],
    titles: ['the same partition twice', 'every element twice'],
    kafka: ['3.9.2'],
    reason: namedTwice,
  },
  {
    api: 'ListOffsets',
    path: 'topics.partitions.oldStyleOffsets',
    titles: ['a time after all'],
    versions: [0, 0],
    kafka: ['3.9.2'],
    reason:
      'Version 0 finds the start and the end of a log, and knows no segments in between: a log is one, last changed at its newest timestamp.',
  },
  { api: 'OffsetFetch', path: '', titles: ['empty lists'], kafka: ['3.9.2'], reason: neverAnswered },
  { api: 'OffsetFetch', path: ['topics', 'groups.topics'], titles: twice, kafka: ['3.9.2'], reason: namedTwice },
  {
    api: 'FindCoordinator',
    path: 'coordinators.errorCode',
    titles: ['of a share group'],
    kafka: ['3.9.2'],
    reason: profiles,
  },
  { api: 'DescribeGroups', path: 'groups.authorizedOperations', kafka: ['3.9.2'], reason: profiles },
  { api: 'OffsetCommit', path: 'topics.partitions.errorCode', versions: [9, 9], kafka: ['3.9.2'], reason: profiles },
  { api: 'UpdateFeatures', path: ['errorCode', 'results'], kafka: ['3.9.2'], reason: profiles },
  {
    api: 'Fetch',
    path: ['errorCode', 'sessionId', 'responses'],
    versions: [13, 17],
    kafka: ['3.9.2'],
    reason: profiles,
  },
  { api: 'OffsetDelete', path: ['errorCode', 'topics'], kafka: ['3.9.2'], reason: emptyGroups },
  { api: 'DeleteGroups', path: 'results.errorCode', titles: ['group "simple"'], kafka: ['3.9.2'], reason: emptyGroups },
  { api: 'ListGroups', path: 'groups', kafka: ['3.9.2'], reason: emptyGroups },
  {
    api: 'ConsumerGroupHeartbeat',
    path: ['memberEpoch', 'assignment.topicPartitions'],
    titles: ['by an expression'],
    kafka: ['4.3.1'],
    reason:
      'Regular expressions are resolved at once, and whenever topics change; a real broker does it beside the heartbeat, and again after ten seconds at the earliest.',
  },
  { api: 'ShareGroupHeartbeat', path: 'memberEpoch', kafka: ['4.3.1'], reason: shareEpochs },
  {
    api: 'ShareGroupDescribe',
    path: ['groups.groupEpoch', 'groups.assignmentEpoch', 'groups.members.memberEpoch'],
    kafka: ['4.3.1'],
    reason: shareEpochs,
  },
  {
    api: 'ShareFetch',
    path: 'errorCode',
    titles: ['nothing but ones'],
    kafka: ['4.3.1'],
    reason: 'Of several things that are wrong with a request of v2, another is told first.',
  },
  {
    api: 'DescribeShareGroupOffsets',
    path: 'groups.*',
    kafka: ['4.3.1'],
    reason: 'What does not exist is an error of its own; Kafka answers it with offset -1 and no error.',
  },
];
