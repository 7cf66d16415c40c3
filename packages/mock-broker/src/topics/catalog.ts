import type { KafkaRelease } from '../cluster/releases.ts';
import type { Topology } from '../cluster/topology.ts';
import type { LogMemory } from '../log/log-memory.ts';
import { PartitionLog } from '../log/partition-log.ts';
import type { Random } from '../time/random.ts';
import { brokerNameOf, topicConfigsOf } from './config-definitions.ts';
import type { ConfigSet } from './configs.ts';
import { Partition, type SavedPartition } from './partition.ts';
import { Topic } from './topic.ts';

/** What a new topic is made of. */
export type TopicPlan = {
  readonly name: string;
  readonly partitions: number;
  readonly configs?: Readonly<Record<string, string>> | undefined;
  /** Replica lists by partition; chosen round robin over the nodes when absent. */
  readonly assignments?: ReadonlyMap<number, readonly number[]> | undefined;
  readonly replicationFactor?: number | undefined;
};

/** All topics at one moment. */
export type SavedTopics = {
  readonly topics: readonly {
    readonly name: string;
    readonly id: string;
    readonly configs: ReadonlyMap<string, string>;
    readonly partitions: readonly SavedPartition[];
  }[];
  readonly arrivals: number;
};

/** What the catalog needs to know to lay topics out. */
export type CatalogOptions = {
  readonly topology: Topology;
  readonly random: Random;
  readonly logBytes: number;
  /** What the logs of all topics keep together. */
  readonly logMemory: LogMemory;
  /** What topics take from the broker where they have no config of their own. */
  readonly brokerConfigs: ConfigSet;
  /** The release whose configs topics have. */
  readonly release: KafkaRelease;
};

/** All topics, by name and by id. Methods trust their caller: the APIs answer for names, counts and existence. */
export class Catalog {
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();
  readonly #options: CatalogOptions;

  #version = 0;

  constructor(options: CatalogOptions) {
    this.#options = options;
  }

  /** Changes whenever a topic comes, goes or grows. */
  get version(): number {
    return this.#version;
  }

  /** Bytes of record batches in all logs. */
  get logBytes(): number {
    return this.#options.logMemory.sizeInBytes;
  }

  list(): Topic[] {
    return [...this.#byName.values()];
  }

  byName(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  byId(id: string): Topic | undefined {
    return this.#byId.get(id);
  }

  /** By name where a version still sends names, by id where it sends ids. */
  find(reference: { readonly name: string | null; readonly id: string }): Topic | undefined {
    return reference.name ? this.byName(reference.name) : this.byId(reference.id);
  }

  /** The topic of another name that would share a metric's name with `name`: metrics write dots as underscores. */
  twinOf(name: string): string | undefined {
    const written = asInMetrics(name);
    return this.list().find((topic) => topic.name !== name && asInMetrics(topic.name) === written)?.name;
  }

  /** The topic a plan would become; nobody else sees it. */
  plan(plan: TopicPlan): Topic {
    const topic = this.#newTopic(plan.name, this.#options.random.uuid(), plan.configs ?? {});
    this.grow(topic, plan.partitions, plan);
    return topic;
  }

  create(plan: TopicPlan): Topic {
    return this.#put(this.plan(plan));
  }

  save(): SavedTopics {
    const topics = this.list().map(({ name, id, configs, partitions }) => ({
      name,
      id,
      configs: configs.own(),
      partitions: partitions.map((partition) => partition.save()),
    }));
    return { topics, arrivals: this.#options.logMemory.arrivals };
  }

  /** Puts saved topics in the place of all there are. Whoever waits for data of those is woken. */
  load({ topics, arrivals }: SavedTopics): void {
    const { logBytes, logMemory } = this.#options;
    for (const topic of this.list()) this.delete(topic);
    logMemory.resumeArrivals(arrivals);
    for (const { name, id, configs, partitions } of topics) {
      const topic = this.#put(this.#newTopic(name, id, Object.fromEntries(configs)));
      for (const [index, saved] of partitions.entries()) {
        const partition = new Partition(index, saved.replicas, new PartitionLog(logBytes, logMemory));
        partition.load(saved);
        topic.partitions.push(partition);
      }
    }
    this.#version += 1;
  }

  /** Adds partitions until there are `count`. */
  grow(topic: Topic, count: number, plan: Pick<TopicPlan, 'assignments' | 'replicationFactor'> = {}): void {
    const { topology, logBytes, logMemory, brokerConfigs } = this.#options;
    const { assignments, replicationFactor = brokerConfigs.number('default.replication.factor') } = plan;
    this.#version += 1;
    for (let index = topic.partitions.length; index < count; index += 1) {
      const replicas = assignments?.get(index) ?? topology.replicasFor(index, replicationFactor);
      const partition = new Partition(index, replicas, new PartitionLog(logBytes, logMemory));
      const leader = topology.firstUp(replicas);
      if (leader !== partition.leader) partition.lead(leader);
      topic.partitions.push(partition);
    }
  }

  delete(topic: Topic): void {
    this.#version += 1;
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    for (const { log, changed } of topic.partitions) {
      this.#options.logMemory.release(log);
      changed.fire();
    }
  }

  #newTopic(name: string, id: string, own: Readonly<Record<string, string>>): Topic {
    const { brokerConfigs, release } = this.#options;
    return new Topic(name, id, {
      definitions: topicConfigsOf(release),
      own,
      inherited: (config) => brokerConfigs.chosen(brokerNameOf(config) ?? ''),
    });
  }

  #put(topic: Topic): Topic {
    this.#byName.set(topic.name, topic);
    this.#byId.set(topic.id, topic);
    return topic;
  }
}

function asInMetrics(name: string): string {
  return name.replaceAll('.', '_');
}
