import { messages } from '@eventstream/kafka-protocol';
import type { Scene } from '../scene.ts';
import { type Script, step } from '../script.ts';
import { readyTopic } from './ready.ts';

const { apiVersions, describeCluster, describeTopicPartitions, findCoordinator, metadata } = messages;

const byId = (scene: Scene, name: string) => ({ topicId: scene.uuid(name), name: null });
const software = { clientSoftwareName: 'differential', clientSoftwareVersion: '1.0' };

/** What is there, where it is, and what is spoken. */
export const metadataScript: Script = {
  area: 'metadata',
  steps: [
    ...readyTopic('orders', 3),
    ...readyTopic('invoices'),
    step(apiVersions, 'all that is served', software),
    step(apiVersions, 'a software name with a space', { ...software, clientSoftwareName: 'a client' }),
    step(apiVersions, 'a software version that is empty', { ...software, clientSoftwareVersion: '' }),
    step(metadata, 'all topics', { topics: null, allowAutoTopicCreation: false }, { versions: [1, 13] }),
    step(metadata, 'no topics', { topics: [], allowAutoTopicCreation: false }, { versions: [1, 13] }),
    step(metadata, 'one topic', { topics: [{ name: 'orders' }], allowAutoTopicCreation: false }),
    step(metadata, 'two topics', {
      topics: [{ name: 'orders' }, { name: 'invoices' }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: true,
      includeClusterAuthorizedOperations: true,
    }),
    step(
      metadata,
      'an unknown topic',
      { topics: [{ name: 'nobody' }], allowAutoTopicCreation: false },
      { versions: [4, 13] },
    ),
    step(metadata, 'a topic that no topic can be called', { topics: [{ name: 'a/b' }], allowAutoTopicCreation: true }),
    step(
      metadata,
      'an unknown topic, to be created',
      ({ version }) => ({ topics: [{ name: `auto-${version}` }], allowAutoTopicCreation: true }),
      { until: ({ topics }) => topics[0]?.errorCode === 0 },
    ),
    step(metadata, 'a topic by id', (scene) => ({ topics: [byId(scene, 'orders')], allowAutoTopicCreation: false }), {
      versions: [10, 13],
    }),
    step(metadata, 'an unknown id', (scene) => ({ topics: [byId(scene, 'nobody')], allowAutoTopicCreation: false }), {
      versions: [10, 13],
    }),
    step(describeTopicPartitions, 'one topic', {
      topics: [{ name: 'orders' }],
      responsePartitionLimit: 2000,
      cursor: null,
    }),
    step(describeTopicPartitions, 'all topics by the page', {
      topics: [{ name: 'orders' }, { name: 'invoices' }],
      responsePartitionLimit: 2,
      cursor: null,
    }),
    step(describeTopicPartitions, 'the next page', {
      topics: [{ name: 'orders' }, { name: 'invoices' }],
      responsePartitionLimit: 2,
      cursor: { topicName: 'orders', partitionIndex: 2 },
    }),
    step(describeTopicPartitions, 'a page that begins nowhere', {
      topics: [{ name: 'orders' }],
      responsePartitionLimit: 2,
      cursor: { topicName: 'orders', partitionIndex: -2 },
    }),
    step(describeTopicPartitions, 'an unknown topic', {
      topics: [{ name: 'nobody' }],
      responsePartitionLimit: 10,
      cursor: null,
    }),
    step(describeTopicPartitions, 'a name no topic can have', {
      topics: [{ name: '..' }],
      responsePartitionLimit: 10,
      cursor: null,
    }),
    step(describeCluster, 'the cluster', { includeClusterAuthorizedOperations: false }),
    step(describeCluster, 'what may be done with it', { includeClusterAuthorizedOperations: true }),
    step(describeCluster, 'its controllers, asked of a broker', {
      endpointType: 2,
      includeClusterAuthorizedOperations: false,
    }),
    step(describeCluster, 'endpoints of no kind', { endpointType: 9, includeClusterAuthorizedOperations: false }),
    step(describeCluster, 'fenced brokers too', {
      includeFencedBrokers: true,
      includeClusterAuthorizedOperations: false,
    }),
    ...['a group', 'a transactional id', 'a share group', 'a coordinator of no kind'].map((title, keyType) =>
      step(findCoordinator, `of ${title}`, { key: 'billing', keyType, coordinatorKeys: ['billing', 'shipping'] }),
    ),
    step(findCoordinator, 'of a group without a name', { key: '', keyType: 0, coordinatorKeys: [''] }),
    step(findCoordinator, 'of nothing', { key: '', keyType: 0, coordinatorKeys: [] }, { versions: [4, 6] }),
    step(findCoordinator, 'of the same group twice', { key: 'x', keyType: 0, coordinatorKeys: ['x', 'x'] }),
  ],
};
