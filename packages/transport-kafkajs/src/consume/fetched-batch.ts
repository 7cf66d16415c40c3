import type { Batch, KafkaMessage } from 'kafkajs';

/** What kafkajs's batches hold beyond their published type. */
type FullBatch = Batch & { readonly fetchedOffset: string };
type FullMessage = KafkaMessage & {
  readonly batchContext?: { readonly firstOffset: string; readonly lastOffsetDelta: number };
};

/** The offset a batch was asked for. Not the offset of its first record, which may lie behind a gap. */
export function fetchedOffset(batch: Batch): number {
  return Number((batch as FullBatch).fetchedOffset);
}

/**
 * The offset after everything the batch covers: control records, which kafkajs filters out, and the gap compaction left at
 * the end of its last record batch, which kafkajs would otherwise cross one offset per fetch.
 */
export function nextOffset(batch: Batch): number {
  const last = Number(batch.lastOffset());
  const context = (batch.messages.at(-1) as FullMessage | undefined)?.batchContext;
  if (context === undefined) return last + 1;
  return Math.max(last, Number(context.firstOffset) + context.lastOffsetDelta) + 1;
}
