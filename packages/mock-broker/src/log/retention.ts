import type { PartitionLog } from './partition-log.ts';

/** How much of a log is kept; a negative number keeps all. */
export type RetentionRules = { readonly now: number; readonly retentionMs: number; readonly retentionBytes: number };

/**
 * Deletes what is too old, then what is too much, from the oldest batch on. Real brokers delete whole segments and so keep
 * somewhat more; by size they never go below `retention.bytes`, and neither does this.
 */
export function applyRetention(log: PartitionLog, { now, retentionMs, retentionBytes }: RetentionRules): void {
  const oldest = BigInt(now - retentionMs);
  for (let first = log.first(); first && retentionMs >= 0 && first.maxTimestamp < oldest; first = log.first()) {
    log.deleteBefore(first.lastOffset + 1n);
  }
  for (let first = log.first(); first && retentionBytes >= 0; first = log.first()) {
    if (log.sizeInBytes - first.bytes.byteLength < retentionBytes) return;
    log.deleteBefore(first.lastOffset + 1n);
  }
}
