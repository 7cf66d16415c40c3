import { step } from './step.ts';

const topics = 'TopicCommand {server}';
const offsets = 'GetOffsetShell {server} --exclude-internal-topics';
const perf = 'ProducerPerformance {server} --topic shop --record-size 100 --throughput -1';
const elr = 'a Kafka set up with eligible leader replicas has min.insync.replicas as a config of the cluster';
const times = 'it tells how long something took';

/** A topic is made, written to, read and trimmed. */
export const recordSteps = [
  step('kafka-topics --create', `${topics} --create --topic shop --partitions 1 --config retention.ms=3600000`, [
    /Created topic shop/,
  ]),
  step('kafka-topics --create, again', `${topics} --create --topic shop`, [/Topic 'shop' already exists/], {
    fails: true,
  }),
  step('kafka-topics --create --if-not-exists', `${topics} --create --if-not-exists --topic shop`),
  step('kafka-topics --list', `${topics} --list --exclude-internal`, [/^shop$/m]),
  step(
    'kafka-topics --describe',
    `${topics} --describe --topic shop`,
    [
      /PartitionCount: 1\s+ReplicationFactor: \d\s+Configs: .*retention\.ms=3600000/,
      /Partition: 0\s+Leader: \d\s+Replicas: \d\S*\s+Isr: \d/,
    ],
    { differs: elr },
  ),
  step('kafka-topics --describe, under-replicated', `${topics} --describe --under-replicated-partitions --topic shop`),
  step(
    'kafka-verifiable-producer',
    'VerifiableProducer {server} --topic shop --max-messages 20 --acks -1 --value-prefix 7',
    [/"name":"producer_send_success".*"value":"7\.19","offset":19/, /"name":"tool_data".*"acked":20/],
    { differs: times, alone: true },
  ),
  step(
    'kafka-verifiable-consumer',
    'VerifiableConsumer {server} --topic shop --group-id readers --max-messages 20 --reset-policy earliest',
    [
      /"name":"partitions_assigned","partitions":\[\{"topic":"shop","partition":0\}\]/,
      /"name":"records_consumed","count":20,"partitions":\[\{"topic":"shop","partition":0,"count":20/,
      /"name":"offsets_committed","offsets":\[\{"topic":"shop","partition":0,"offset":20\}\],"success":true/,
      /"name":"shutdown_complete"/,
    ],
    { differs: times },
  ),
  step('kafka-producer-perf-test', `${perf} --num-records 500`, [/^500 records sent, .* records\/sec/m], {
    differs: times,
  }),
  step('kafka-get-offsets', `${offsets} --topic shop`, [/^shop:0:520$/m]),
  step('kafka-get-offsets of the newest record', `${offsets} --topic shop --time max-timestamp`, [/^shop:0:\d+$/m], {
    differs: 'several records have the same time',
  }),
  step('kafka-delete-records', 'DeleteRecordsCommand {server} --offset-json-file {folder}/delete.json', [
    /partition: shop-0\s+low_watermark: 1$/m,
  ]),
  step('kafka-get-offsets --time -2', `${offsets} --topic-partitions shop:0 --time -2`, [/^shop:0:1$/m]),
  step('kafka-topics --alter', `${topics} --alter --topic shop --partitions 2`),
  step('kafka-get-offsets of new partitions', `${offsets} --topic shop`, [/^shop:1:0$/m]),
];

/** Transactions, seen from outside. */
export const transactionSteps = [
  step(
    'kafka-producer-perf-test --transactional-id',
    `${perf} --num-records 200 --transactional-id perf --transaction-duration-ms 50`,
    [/^200 records sent/m],
    { differs: times },
  ),
  step('kafka-transactions list', 'TransactionsCommand {server} list', [/^perf\s+\d+\s+\d+\s+CompleteCommit\s*$/m], {
    differs: 'the coordinator is another node',
  }),
  step(
    'kafka-transactions describe',
    'TransactionsCommand {server} describe --transactional-id perf',
    [/perf\s+\d+\s+\d+\s+CompleteCommit\s+60000/],
    { differs: times },
  ),
  step(
    'kafka-transactions describe-producers',
    'TransactionsCommand {server} describe-producers --topic shop --partition 0',
    [/ProducerId\s+ProducerEpoch/, /^\d+\s+\d+\s+-1\s+\d+\s+\d+\s+None\s*$/m],
    { differs: times },
  ),
  step('kafka-transactions find-hanging', 'TransactionsCommand {server} find-hanging --broker-id 1', [
    /Topic\s+Partition\s+ProducerId/,
  ]),
];

export const endSteps = [
  step('kafka-topics --delete', `${topics} --delete --topic shop`),
  step('kafka-topics --list, after that', `${topics} --list --exclude-internal`),
];
