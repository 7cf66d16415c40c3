import { isProtocolError, type KafkaRecord, RecordBatch } from '@eventstream/kafka-protocol';
import type { StoredBatch } from './batch-index.ts';
import { codecs } from './codecs.ts';
import type { PartitionLog } from './partition-log.ts';
import { withRecords } from './with-records.ts';

/** What compaction keeps besides the last record of every key. */
export type CompactionRules = {
  readonly now: number;
  /** Batches younger than this are left alone, and so is everything behind them. */
  readonly minLagMs: number;
  /** How long a tombstone, or the marker of a transaction, outlives its first compaction. */
  readonly deleteRetentionMs: number;
};

/** Where the last record of each key lies. A record without a key, from before the topic was compacted, is in no place. */
type LastOffsets = ReadonlyMap<string, bigint>;

/** The end of what may be compacted: never the newest batch, nothing undecided, nothing too young. */
export function cleanableEnd(log: PartitionLog, { now, minLagMs }: Pick<CompactionRules, 'now' | 'minLagMs'>): bigint {
  const { lastStable } = log.watermarks;
  const youngest = BigInt(now - minLagMs);
  let end = log.watermarks.logStart;
  for (const { lastOffset, maxTimestamp } of log.batches().slice(0, -1)) {
    if (lastOffset >= lastStable || (minLagMs > 0 && maxTimestamp > youngest)) break;
    end = lastOffset + 1n;
  }
  return end;
}

/**
 * Keeps of every key the last record, and gives where cleaning ended. Records keep their offsets, so gaps are left.
 *
 * Records of aborted transactions go at once; tombstones and markers once `deleteRetentionMs` has passed since a
 * compaction met them. A batch that cannot be read is left as it is.
 */
export function compact(log: PartitionLog, rules: CompactionRules): bigint {
  const end = cleanableEnd(log, rules);
  const lasts = lastOffsets(log, end);
  log.rewrite((stored) => (stored.lastOffset < end ? cleaned(log, stored, { ...rules, lasts }) : stored));
  return end;
}

function lastOffsets(log: PartitionLog, end: bigint): LastOffsets {
  const lasts = new Map<string, bigint>();
  for (const stored of log.batches()) {
    if (stored.lastOffset >= end) break;
    const batch = new RecordBatch(stored.bytes);
    if (batch.isControl || log.transactions.aborted.covers(batch)) continue;
    for (const { key, offset } of recordsOf(batch) ?? []) if (key !== null) lasts.set(keyText(key), offset);
  }
  return lasts;
}

function cleaned(
  log: PartitionLog,
  stored: StoredBatch,
  { now, deleteRetentionMs, lasts }: CompactionRules & { readonly lasts: LastOffsets },
): StoredBatch | undefined {
  const batch = new RecordBatch(stored.bytes);
  const { aborted } = log.transactions;
  const metAt = stored.metByCleanerAt ?? now;
  const isForgettable = now - metAt >= deleteRetentionMs && stored.metByCleanerAt !== undefined;
  const met = { ...stored, metByCleanerAt: metAt };
  if (batch.isControl) {
    if (isForgettable) aborted.forgetMarker(stored.baseOffset);
    return isForgettable ? undefined : met;
  }
  if (aborted.covers(batch)) return undefined;
  const records = recordsOf(batch);
  if (!records) return stored;
  const kept = records.filter(
    ({ key, value, offset }) =>
      key !== null && lasts.get(keyText(key)) === offset && !(value === null && isForgettable),
  );
  if (kept.length === 0) return undefined;
  return kept.length === records.length ? met : { ...met, bytes: withRecords(batch, kept) };
}

function recordsOf(batch: RecordBatch): KafkaRecord[] | undefined {
  try {
    return [...batch.records(codecs)];
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}

/** One character a byte: a key for a map that costs no more than the bytes. */
function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}
