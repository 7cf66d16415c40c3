import { isProtocolError, readBatches } from '@eventstream/kafka-protocol';
import type { StoredBatch } from './batch-index.ts';
import { codecs } from './codecs.ts';
import type { PartitionLog } from './partition-log.ts';

/** A record found by time. */
export type Found = { readonly timestamp: bigint; readonly offset: bigint };

/** The first record at or after `timestamp` that is still in the log. */
export function earliestAtOrAfter(log: PartitionLog, timestamp: bigint): Found | undefined {
  const batch = log.firstBatchSince(timestamp);
  return batch && within(log, batch, (record) => record.timestamp >= timestamp);
}

/** The first record that carries the largest timestamp of the log. */
export function latestOfAll(log: PartitionLog): Found | undefined {
  const batch = log.batchOfMaxTimestamp();
  return batch && within(log, batch, (record) => record.timestamp === batch.maxTimestamp);
}

function within(log: PartitionLog, stored: StoredBatch, wanted: (record: Found) => boolean): Found | undefined {
  const { logStart } = log.watermarks;
  // biome-ignore lint/complexity/useMathMinMax: Math.max refuses bigint
  const offset = stored.baseOffset > logStart ? stored.baseOffset : logStart;
  const fallback = { timestamp: stored.maxTimestamp, offset };
  try {
    for (const batch of readBatches(stored.bytes)) {
      for (const record of batch.records(codecs)) {
        if (record.offset >= logStart && wanted(record)) return { timestamp: record.timestamp, offset: record.offset };
      }
    }
  } catch (error) {
    if (!isProtocolError(error)) throw error;
  }
  return fallback;
}
