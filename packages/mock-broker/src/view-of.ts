import type { ClusterState } from './dispatch/context.ts';
import { MockBrokerError } from './errors.ts';
import type { MemoryNetwork } from './network/memory-network.ts';
import { readTopic } from './topics/read-records.ts';
import type { Topic } from './topics/topic.ts';
import type { ListenerView, TopicView } from './views.ts';

/** The addresses of one listener. @throws MockBrokerError `UNKNOWN_LISTENER` */
export function listenerView({ options, topology }: ClusterState, name: string): ListenerView {
  const found = options.listeners.find((listener) => listener.name === name);
  if (!found) {
    const known = options.listeners.map((listener) => listener.name).join(', ');
    throw new MockBrokerError('UNKNOWN_LISTENER', `There is no listener "${name}": use one of ${known}.`, {
      listener: name,
    });
  }
  const endpoints = topology.up().map(({ id }) => topology.endpoint(id, name));
  const brokers = endpoints.map(({ host, port }) => `${host}:${port}`);
  return { name, protocol: found.protocol, brokers, bootstrapServers: brokers.join(',') };
}

/** A topic as it is now; its records are those of whatever topic `current` gives when they are asked for. */
export function topicView(topic: Topic, current: () => Topic): TopicView {
  return {
    name: topic.name,
    id: topic.id,
    partitions: topic.partitions.map(({ index, leader, leaderEpoch, log }) => ({
      index,
      leader,
      leaderEpoch,
      logStartOffset: Number(log.watermarks.logStart),
      endOffset: Number(log.watermarks.end),
      sizeInBytes: log.sizeInBytes,
    })),
    records: async (wish) => readTopic(current(), wish),
  };
}

/** The network of a broker without sockets. @throws MockBrokerError `INVALID_OPTION` */
export function networkOf({ options: { memory } }: ClusterState): MemoryNetwork {
  if (memory) return memory;
  const advice = "start the broker with `transport: 'memory'` to have connections without.";
  throw new MockBrokerError('INVALID_OPTION', `This broker listens on sockets: ${advice}`, { option: 'transport' });
}
