import { messages } from '@eventstream/kafka-protocol';
import { type Script, type Step, step } from '../script.ts';
import { readyTopic } from './ready.ts';

const {
  alterConfigs,
  describeConfigs,
  describeQuorum,
  incrementalAlterConfigs,
  listConfigResources,
  unregisterBroker,
  updateFeatures,
} = messages;

const TOPIC = 2;
const BROKER = 4;
const LOGGER = 8;
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3];

const describing = (
  resourceType: number,
  resourceName: string,
  configurationKeys: readonly string[] | null,
  more = {},
) => ({
  resources: [{ resourceType, resourceName, configurationKeys }],
  ...more,
});

const descriptions: readonly Step[] = [
  step(describeConfigs, 'one config of a topic', describing(TOPIC, 'tuned', ['retention.ms'])),
  step(describeConfigs, 'with synonyms', describing(TOPIC, 'tuned', ['retention.ms'], { includeSynonyms: true })),
  step(
    describeConfigs,
    'with documentation',
    describing(TOPIC, 'tuned', ['retention.ms'], { includeDocumentation: true }),
  ),
  step(
    describeConfigs,
    'some that have defaults',
    describing(TOPIC, 'tuned', ['cleanup.policy', 'max.message.bytes', 'min.insync.replicas']),
  ),
  step(describeConfigs, 'one nobody knows', describing(TOPIC, 'tuned', ['no.such.config'])),
  step(describeConfigs, 'none of a topic', describing(TOPIC, 'tuned', [])),
  step(describeConfigs, 'of an unknown topic', describing(TOPIC, 'nobody', null)),
  step(describeConfigs, 'of a topic that cannot be', describing(TOPIC, 'a/b', null)),
  step(describeConfigs, 'of the broker', describing(BROKER, '1', ['auto.create.topics.enable', 'num.partitions'])),
  step(describeConfigs, 'of all brokers', describing(BROKER, '', ['message.max.bytes'])),
  step(describeConfigs, 'of a broker that is another', describing(BROKER, '7', null)),
  step(describeConfigs, 'of a broker that is no number', describing(BROKER, 'seven', null)),
  step(describeConfigs, 'of nothing there is', describing(77, 'x', null)),
  step(describeConfigs, 'of nothing', { resources: [] }),
  step(describeConfigs, 'of a topic twice', {
    resources: [
      { resourceType: TOPIC, resourceName: 'tuned', configurationKeys: ['retention.ms'] },
      { resourceType: TOPIC, resourceName: 'tuned', configurationKeys: ['retention.ms'] },
    ],
  }),
];

type Change = { readonly name: string; readonly configOperation?: number | undefined; readonly value: string | null };

const changing = (resourceType: number, resourceName: string, configs: readonly Change[], validateOnly = false) => ({
  resources: [{ resourceType, resourceName, configs }],
  validateOnly,
});

const one = (name: string, value: string | null, configOperation = SET): readonly Change[] => [
  { name, value, configOperation },
];

const changes: Readonly<Record<string, ReturnType<typeof changing>>> = {
  'sets one': changing(TOPIC, 'tuned', one('retention.ms', '123456')),
  'sets one, only to see': changing(TOPIC, 'tuned', one('retention.ms', '5'), true),
  'sets one to nonsense': changing(TOPIC, 'tuned', one('retention.ms', 'long')),
  'sets one nobody knows': changing(TOPIC, 'tuned', one('no.such.config', '1')),
  'sets one to null': changing(TOPIC, 'tuned', one('retention.ms', null)),
  'sets one out of its list': changing(TOPIC, 'tuned', one('cleanup.policy', 'burn')),
  'of an unknown topic': changing(TOPIC, 'nobody', one('retention.ms', '1')),
  'of a topic without a name': changing(TOPIC, '', one('retention.ms', '1')),
  'of nothing there is': changing(77, 'x', one('retention.ms', '1')),
  'of a broker that is another': changing(BROKER, '7', one('log.cleaner.threads', '1')),
  'of a broker that is no number': changing(BROKER, 'seven', one('log.cleaner.threads', '1')),
  'of a logger nobody has': changing(LOGGER, '1', one('no.such.logger', 'DEBUG')),
  'nothing of a topic': changing(TOPIC, 'tuned', []),
};

const increments: Readonly<Record<string, ReturnType<typeof changing>>> = {
  ...changes,
  'takes one back': changing(TOPIC, 'tuned', one('retention.ms', null, DELETE)),
  'takes one back that was not set': changing(TOPIC, 'tuned', one('retention.bytes', null, DELETE)),
  'appends to a list': changing(TOPIC, 'tuned', one('cleanup.policy', 'compact', APPEND)),
  'takes out of a list': changing(TOPIC, 'tuned', one('cleanup.policy', 'compact', SUBTRACT)),
  'appends to what is no list': changing(TOPIC, 'tuned', one('retention.ms', '1', APPEND)),
  'does what cannot be done': changing(TOPIC, 'tuned', one('retention.ms', '1', 9)),
  'one twice': changing(TOPIC, 'tuned', [...one('retention.ms', '1'), ...one('retention.ms', '2')]),
};

const cluster: readonly Step[] = [
  step(listConfigResources, 'all', { resourceTypes: [] }),
  step(listConfigResources, 'topics', { resourceTypes: [TOPIC] }, { versions: 1 }),
  step(listConfigResources, 'brokers and metrics', { resourceTypes: [BROKER, 16] }, { versions: 1 }),
  step(listConfigResources, 'what there is not', { resourceTypes: [77] }, { versions: 1 }),
  step(describeQuorum, 'of an unknown topic', {
    topics: [{ topicName: 'nobody', partitions: [{ partitionIndex: 0 }] }],
  }),
  step(describeQuorum, 'of another partition', {
    topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 3 }] }],
  }),
  step(describeQuorum, 'of nothing', { topics: [] }),
  step(updateFeatures, 'nothing', { timeoutMs: 1000, featureUpdates: [] }),
  step(updateFeatures, 'a feature nobody knows', {
    timeoutMs: 1000,
    featureUpdates: [{ feature: 'no.such.feature', maxVersionLevel: 1, allowDowngrade: false, upgradeType: 1 }],
  }),
  step(updateFeatures, 'a level too high', {
    timeoutMs: 1000,
    featureUpdates: [{ feature: 'metadata.version', maxVersionLevel: 999, allowDowngrade: false, upgradeType: 1 }],
  }),
  step(unregisterBroker, 'a broker nobody knows', { brokerId: 77 }),
];

/** Settings, of topics above all, and what is known of the cluster's own state. */
export const configsScript: Script = {
  area: 'configs',
  steps: [
    ...readyTopic('tuned', 1, { 'retention.ms': '7777' }),
    ...descriptions,
    ...Object.entries(increments).map(([title, request]) => step(incrementalAlterConfigs, title, request)),
    step(incrementalAlterConfigs, 'nothing', { resources: [], validateOnly: false }),
    ...Object.entries(changes).map(([title, request]) => step(alterConfigs, title, withoutOperations(request))),
    step(alterConfigs, 'nothing', { resources: [], validateOnly: false }),
    ...cluster,
  ],
};

function withoutOperations({ resources, ...rest }: ReturnType<typeof changing>) {
  const replaced = resources.map(({ configs, ...resource }) => ({
    ...resource,
    configs: configs.map(({ name, value }) => ({ name, value })),
  }));
  return { ...rest, resources: replaced };
}
