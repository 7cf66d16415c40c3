import type { TopicOptions } from '../cluster/options.ts';
import { MockBrokerError } from '../errors.ts';
import type { Catalog } from './catalog.ts';

/** Creates a topic nobody has yet. @throws MockBrokerError `TOPIC_EXISTS` */
export function createTopic(
  catalog: Catalog,
  { name, partitions, configs }: Required<Pick<TopicOptions, 'name' | 'partitions'>> & TopicOptions,
): void {
  if (catalog.byName(name)) {
    const message = `Topic "${name}" exists already: use it, or choose another name.`;
    throw new MockBrokerError('TOPIC_EXISTS', message, { topic: name });
  }
  catalog.create({ name, partitions, configs });
}
