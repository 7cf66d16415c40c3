import type { StoredBatch } from '../log/batch-index.ts';
import type { Partition, SavedPartition } from '../topics/partition.ts';
import type { Entry } from './frame.ts';

/** What is known of a partition in the directory. */
type Mark = {
  readonly end: bigint;
  readonly logStart: bigint;
  readonly rewrites: number;
  readonly clears: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
};

/** A frame of this size is written at once without being felt. */
const CHUNK_BYTES = 1024 * 1024;

/** What has changed of partitions since they were last asked about. */
export class PartitionChanges {
  readonly #marks = new WeakMap<Partition, Mark>();

  /** Appends nothing to `entries` while nothing has changed. */
  collect(topicId: string, partition: Partition, entries: Entry[]): void {
    const { log, leaderEpoch, producers, replicas } = partition;
    const { end, logStart } = log.watermarks;
    const known = this.#marks.get(partition);
    const { rewrites } = log;
    const { clears } = producers;
    const isSameLog = known?.end === end && known.logStart === logStart;
    const isSameKind = known?.rewrites === rewrites && known.clears === clears;
    const isSameLead = known?.leaderEpoch === leaderEpoch && known.replicas === replicas;
    if (isSameLog && isSameKind && isSameLead) return;
    this.#marks.set(partition, { end, logStart, rewrites, clears, leaderEpoch, replicas });
    const place = { topicId, index: partition.index };
    const added = known && isSameKind ? addedSince(partition, known.end) : undefined;
    if (!known || !added) {
      entries.push(...partitionEntries(place, partition.save()));
      return;
    }
    if (!isSameLead) entries.push({ change: { kind: 'lead', ...place, ...partition.leadership() } });
    if (added.length > 0) {
      entries.push({ change: { kind: 'append', ...place }, batches: added.map(({ bytes }) => bytes) });
    }
    if (known.logStart !== logStart) entries.push({ change: { kind: 'trim', ...place, logStart } });
  }
}

/** The batches that came; `undefined` when some of them are gone already, and with them what they told of producers. */
function addedSince({ log }: Partition, end: bigint): readonly StoredBatch[] | undefined {
  if (log.watermarks.end === end) return [];
  const added = log.since(end);
  return added[0]?.baseOffset === end ? added : undefined;
}

/** A whole partition: what is known of it, then its batches in chunks. */
export function* partitionEntries(
  place: { readonly topicId: string; readonly index: number },
  { log, ...rest }: SavedPartition,
): Iterable<Entry> {
  const { batches, bytes: _, ...facts } = log;
  yield { change: { kind: 'partition', ...place, facts: { ...rest, ...facts } } };
  let chunk: StoredBatch[] = [];
  let size = 0;
  for (let at = batches.head; at < batches.batches.length; at += 1) {
    const batch = batches.batches[at]!;
    chunk.push(batch);
    size += batch.bytes.byteLength;
    if (size < CHUNK_BYTES) continue;
    yield batchesEntry(place, chunk);
    chunk = [];
    size = 0;
  }
  if (chunk.length > 0) yield batchesEntry(place, chunk);
}

function batchesEntry(place: { readonly topicId: string; readonly index: number }, batches: StoredBatch[]): Entry {
  const facts = batches.map(({ bytes: _, ...own }) => own);
  return { change: { kind: 'batches', ...place, facts }, batches: batches.map(({ bytes }) => bytes) };
}
