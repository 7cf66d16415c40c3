import type { ConfigDefinition } from './config-definitions.ts';
import { ConfigSet, type Inherited } from './configs.ts';
import type { Partition } from './partition.ts';

/** What a topic's configs are, and what they are where it has none of its own. */
export type TopicConfigs = {
  readonly definitions: readonly ConfigDefinition[];
  readonly own: Readonly<Record<string, string>>;
  readonly inherited: Inherited;
};

/** A topic: a name, an id that no later topic of the same name shares, partitions and configs. */
export class Topic {
  readonly name: string;
  readonly id: string;
  readonly configs: ConfigSet;
  readonly partitions: Partition[] = [];

  constructor(name: string, id: string, configs: TopicConfigs) {
    this.name = name;
    this.id = id;
    this.configs = new ConfigSet(configs.definitions, configs.own, configs.inherited);
  }

  /** Kafka's own topics; clients hide them and may not delete what they mean by accident. */
  get internal(): boolean {
    return this.name === '__consumer_offsets' || this.name === '__transaction_state';
  }

  partition(index: number): Partition | undefined {
    return this.partitions[index];
  }
}
