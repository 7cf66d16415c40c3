import { step } from './step.ts';

const configs = 'kafka.admin.ConfigCommand {server}';
const acls = 'AclCommand {server}';
const reassign = 'reassign.ReassignPartitionsCommand {server}';
const alice = '--entity-type users --entity-name alice';
const shop = '--entity-type topics --entity-name shop';
const writes = '--allow-principal User:alice --producer --topic shop --force';
const noMetadataLog = 'the mock broker has no metadata log to tell of';

/** Files that steps read, by name. */
export const toolFiles = {
  'delete.json': { version: 1, partitions: [{ topic: 'shop', partition: 0, offset: 1 }] },
  'reassign.json': { version: 1, partitions: [{ topic: 'shop', partition: 0, replicas: [1], log_dirs: ['any'] }] },
} as const;

/** Configs, users, quotas, access rules, and what the cluster says about itself. */
export const clusterSteps = [
  step(
    'kafka-configs --alter, a topic',
    `${configs} --alter ${shop} --add-config retention.ms=5000,cleanup.policy=[compact,delete] --delete-config retention.bytes`,
    [/Completed updating config for topic shop/],
    { fails: false },
  ),
  step(
    'kafka-configs --describe, a topic',
    `${configs} --describe ${shop}`,
    [/retention\.ms=5000 sensitive=false/, /cleanup\.policy=compact,delete sensitive=false/],
    { differs: 'synonyms of the mock broker are the value and its default' },
  ),
  step('kafka-configs --alter, a quota', `${configs} --alter ${alice} --add-config producer_byte_rate=1024`, [
    /Completed updating config for user alice/,
  ]),
  step(
    'kafka-configs --alter, a SCRAM user',
    `${configs} --alter ${alice} --add-config SCRAM-SHA-256=[iterations=8192,password=secret]`,
    [/Completed updating config for user alice/],
  ),
  step('kafka-configs --describe, a user', `${configs} --describe ${alice}`, [
    /producer_byte_rate=1024/,
    /SCRAM-SHA-256=iterations=8192/,
  ]),
  step('kafka-acls --add', `${acls} --add ${writes}`, [/User:alice.*operation=WRITE, permissionType=ALLOW/]),
  step('kafka-acls --list', `${acls} --list --topic shop`, [/User:alice.*operation=CREATE, permissionType=ALLOW/]),
  step('kafka-acls --remove', `${acls} --remove ${writes}`),
  step('kafka-acls --list, after that', `${acls} --list --topic shop`),
  step('kafka-leader-election', 'LeaderElectionCommand {server} --election-type preferred --all-topic-partitions'),
  step(
    'kafka-reassign-partitions --execute',
    `${reassign} --reassignment-json-file {folder}/reassign.json --execute`,
    [/Successfully started partition reassignment for shop-0/],
    { differs: 'it names the folders of the log' },
  ),
  step('kafka-reassign-partitions --verify', `${reassign} --reassignment-json-file {folder}/reassign.json --verify`, [
    /Reassignment of partition shop-0 is completed/,
  ]),
  step('kafka-reassign-partitions --list', `${reassign} --list`, [/No partition reassignments found/]),
  step(
    'kafka-features describe',
    'FeatureCommand {server} describe',
    [/Feature: transaction\.version\s+SupportedMinVersion: 0\s+SupportedMaxVersion: 2\s+FinalizedVersionLevel: 2/],
    { differs: 'the mock broker has fewer features' },
  ),
  step(
    'kafka-broker-api-versions',
    'BrokerApiVersionsCommand {server}',
    [/\(id: 1 rack: \S+ isFenced: false\) -> \(/, /Produce\(0\): .*\[usable: 13\]/, /Fetch\(1\): .*\[usable: 18\]/],
    { differs: 'the mock broker lacks some APIs' },
  ),
  step(
    'kafka-metadata-quorum describe --status',
    'MetadataQuorumCommand {server} describe --status',
    [/LeaderId:\s+\d/, /CurrentVoters:\s+\[\{"id": 1, /],
    { differs: noMetadataLog },
  ),
  step(
    'kafka-metadata-quorum describe --replication',
    'MetadataQuorumCommand {server} describe --replication',
    [/^NodeId\s+DirectoryId\s+LogEndOffset\s+Lag/m, /^1\s+.*\sLeader\s*$/m],
    { differs: noMetadataLog },
  ),
  step('kafka-cluster cluster-id', 'ClusterTool cluster-id {server}', [/Cluster ID: \S{22}/]),
  step(
    'kafka-log-dirs --describe',
    'LogDirsCommand {server} --describe --topic-list shop',
    [/"partition":"shop-0","size":[1-9]\d+,"offsetLag":0,"isFuture":false/],
    { differs: 'it names the folders of the log' },
  ),
  step('kafka-client-metrics --list', 'ClientMetricsCommand {server} --list'),
];
