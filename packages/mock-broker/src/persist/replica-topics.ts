import { RecordBatch, readTransactionMarker } from '@eventstream/kafka-protocol';
import { LogMemory } from '../log/log-memory.ts';
import { PartitionLog } from '../log/partition-log.ts';
import { sequenceOf } from '../topics/append.ts';
import type { SavedTopics } from '../topics/catalog.ts';
import { Partition } from '../topics/partition.ts';
import type { BatchFacts, Change, PartitionFacts } from './change.ts';

type Known = { readonly name: string; configs: ReadonlyMap<string, string>; readonly partitions: Partition[] };
type PlacedChange = Extract<Change, { readonly topicId: string; readonly index: number }>;

/** Topics as they come out of changes. Logs are as those of a cluster and so make the same of the same batches. */
export class ReplicaTopics {
  readonly #topics = new Map<string, Known>();
  readonly #memory = new LogMemory(Number.POSITIVE_INFINITY);

  resumeArrivals(arrivals: number): void {
    this.#memory.resumeArrivals(arrivals);
  }

  put(id: string, name: string, configs: ReadonlyMap<string, string>): void {
    const known = this.#topics.get(id);
    if (known) known.configs = configs;
    else this.#topics.set(id, { name, configs, partitions: [] });
  }

  delete(id: string): void {
    this.#topics.delete(id);
  }

  apply(change: PlacedChange, batches: readonly Uint8Array[]): void {
    const partitions = this.#topics.get(change.topicId)!.partitions;
    if (change.kind === 'partition') {
      partitions[change.index] = this.#partition(change.index, change.facts);
      return;
    }
    const partition = partitions[change.index]!;
    if (change.kind === 'batches') this.#keep(partition, change.facts, batches);
    else if (change.kind === 'append') for (const bytes of batches) append(partition, bytes);
    else if (change.kind === 'trim') partition.log.deleteBefore(change.logStart);
    else partition.resumeLeadership(change);
  }

  save(): SavedTopics {
    const topics = [...this.#topics].map(([id, { name, configs, partitions }]) => ({
      id,
      name,
      configs,
      partitions: partitions.map((partition) => partition.save()),
    }));
    return { topics, arrivals: this.#memory.arrivals };
  }

  #keep({ log }: Partition, facts: readonly BatchFacts[], batches: readonly Uint8Array[]): void {
    for (const [at, own] of facts.entries()) {
      this.#memory.resumeArrivals(own.arrival);
      log.keep({ ...own, bytes: batches[at]! });
    }
  }

  #partition(index: number, { replicas, leader, epochs, producers, ...log }: PartitionFacts): Partition {
    const partition = new Partition(index, replicas, new PartitionLog(Number.POSITIVE_INFINITY, this.#memory));
    const batches = { batches: [], head: 0 };
    partition.load({ replicas, leader, epochs, producers, log: { ...log, batches, bytes: 0 } });
    return partition;
  }
}

/** Stores a batch again that was stored before: with the offset and epoch that stand in its bytes, unasked. */
function append({ log, producers }: Partition, bytes: Uint8Array): void {
  const batch = new RecordBatch(bytes);
  const sequenced = sequenceOf(batch);
  const baseOffset = log.append(batch, { leaderEpoch: batch.partitionLeaderEpoch });
  if (sequenced) producers.remember(sequenced, baseOffset, batch.maxTimestamp);
  if (!batch.isControl) return;
  const [record] = batch.records();
  const { producerId, producerEpoch: epoch, maxTimestamp } = batch;
  const coordinatorEpoch = (record && readTransactionMarker(record)?.coordinatorEpoch) ?? 0;
  producers.rememberMarker({ producerId, epoch, coordinatorEpoch }, maxTimestamp);
}
