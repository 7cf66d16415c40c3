import { topicConfigDefinitions } from './config-definitions.ts';
import { ConfigSet } from './configs.ts';
import type { Partition } from './partition.ts';

/** A topic: a name, an id that no later topic of the same name shares, partitions and configs. */
export class Topic {
  readonly name: string;
  readonly id: string;
  readonly configs: ConfigSet;
  readonly partitions: Partition[] = [];

  constructor(name: string, id: string, configs: Readonly<Record<string, string>>) {
    this.name = name;
    this.id = id;
    this.configs = new ConfigSet(topicConfigDefinitions, configs);
  }

  /** Kafka's own topics; clients hide them and may not delete what they mean by accident. */
  get internal(): boolean {
    return this.name === '__consumer_offsets' || this.name === '__transaction_state';
  }

  partition(index: number): Partition | undefined {
    return this.partitions[index];
  }
}
