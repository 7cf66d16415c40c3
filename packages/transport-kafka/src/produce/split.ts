import { readBatches } from '@eventstream/kafka-protocol';
import type { Batch } from './batch.ts';
import { anonymous } from './batch-bytes.ts';
import { nextSequence } from './partition-queue.ts';

/** Cuts a batch in two halves, each with its receipts. `spare` gives an empty batch of the same partition. */
export function splitBatch(batch: Batch, spare: () => Batch): readonly [Batch, Batch] {
  const halves = [spare(), spare()] as const;
  const middle = Math.ceil(batch.records / 2);
  const [whole] = readBatches(batch.content.seal(anonymous));
  let index = 0;
  for (const { key, value, headers, timestamp } of whole?.records() ?? []) {
    const half = halves[index < middle ? 0 : 1];
    const pairs = headers.map((header) => [header.key, header.value] as const);
    half.content.reserve(batch.content.size);
    const before = half.content.size;
    half.content.append(key, value, pairs, Number(timestamp));
    half.bytes += half.content.size - before;
    batch.handOver(index, half);
    index += 1;
  }
  for (const half of halves) half.sealed = true;
  // The broker has stored nothing, and those behind keep their numbers: the halves share what the whole one had.
  const [first, second] = halves;
  first.sequence = batch.sequence;
  if (batch.sequence >= 0) second.sequence = nextSequence(batch.sequence, first.records);
  return halves;
}
