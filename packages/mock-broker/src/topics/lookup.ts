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

/** A partition of the topic of that name. @throws MockBrokerError `UNKNOWN_TOPIC` */
export function partitionCalled(catalog: Catalog, topic: string, partition: number): Partition {
  const found = topicCalled(catalog, topic).partition(partition);
  if (found) return found;
  const message = `Topic "${topic}" has no partition ${partition}.`;
  throw new MockBrokerError('UNKNOWN_TOPIC', message, { topic, partition });
}
