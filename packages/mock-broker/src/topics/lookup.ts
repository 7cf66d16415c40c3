import { MockBrokerError } from '../errors.ts';
import type { Catalog } from './catalog.ts';
import type { Partition } from './partition.ts';
import type { Topic } from './topic.ts';

/** The topic of that name. @throws MockBrokerError `UNKNOWN_TOPIC` */
export function topicCalled(catalog: Catalog, name: string): Topic {
  const topic = catalog.byName(name);
  if (topic) return topic;
  const known = catalog.list().map((one) => one.name);
  const message = `There is no topic "${name}". Topics: ${known.join(', ') || 'none yet'}.`;
  throw new MockBrokerError('UNKNOWN_TOPIC', message, { topic: name });
}

/** A partition of the topic of that name, and the topic. @throws MockBrokerError `UNKNOWN_TOPIC` */
export function placeCalled(catalog: Catalog, name: string, index: number): { topic: Topic; partition: Partition } {
  const topic = topicCalled(catalog, name);
  const partition = topic.partition(index);
  if (partition) return { topic, partition };
  const message = `Topic "${name}" has no partition ${index}.`;
  throw new MockBrokerError('UNKNOWN_TOPIC', message, { topic: name, partition: index });
}
