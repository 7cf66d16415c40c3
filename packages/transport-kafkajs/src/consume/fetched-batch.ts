import { EventstreamError } from '@eventstream/core';
import type { Batch, KafkaMessage } from 'kafkajs';

/** What kafkajs's batches hold beyond their published type. */
type FullBatch = Batch & { readonly fetchedOffset: string };
type FullMessage = KafkaMessage & {
  readonly batchContext?: { readonly firstOffset: string; readonly lastOffsetDelta: number };
};

/** An offset as a number. Throws where that would round it. */
export function exactOffset(text: string): number {
  const offset = Number(text);
  if (Number.isSafeInteger(offset)) return offset;
  const where = `offset ${text}`;
  throw new EventstreamError('internal', {
    message: `${where} is beyond 2^53 - 1, which Eventstream cannot count. Read this topic with another client.`,
    facts: { where },
  });
}

/** The offset a batch was asked for. Not the offset of its first record, which may lie behind a gap. */
export function fetchedOffset(batch: Batch): number {
  return exactOffset((batch as FullBatch).fetchedOffset);
}

/**
 * The offset after everything the batch covers: control records, which kafkajs filters out, and the gap compaction left at
 * the end of its last record batch, which kafkajs would otherwise cross one offset per fetch.
 */
export function nextOffset(batch: Batch): number {
  const last = exactOffset(batch.lastOffset());
  const context = (batch.messages.at(-1) as FullMessage | undefined)?.batchContext;
  if (context === undefined) return last + 1;
  return Math.max(last, exactOffset(context.firstOffset) + context.lastOffsetDelta) + 1;
}
