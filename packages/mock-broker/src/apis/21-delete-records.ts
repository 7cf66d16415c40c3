import { messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { ledPartition } from '../dispatch/led-partition.ts';

const HIGH_WATERMARK = -1n;

/**
 * DeleteRecords moves the log start of partitions forward; -1 means up to the high watermark (KIP-107).
 *
 * Only the leader takes it.
 */
export const deleteRecords = defineApi(messages.deleteRecords, {
  versions: [0, 2],
  handle: (context, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((entry) => trim(context, name, entry)),
    })),
  }),
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, lowWatermark: -1n, errorCode })),
    })),
  }),
});

function trim(context: RequestContext, name: string, asked: { partitionIndex: number; offset: bigint }) {
  const { partitionIndex } = asked;
  const led = ledPartition(context, { name, id: '', index: partitionIndex });
  if (typeof led === 'string') return { partitionIndex, lowWatermark: -1n, errorCode: codeOf(led) };
  // What compaction keeps is not deleted from the front, unless the topic also deletes.
  if (!led.topic.configs.list('cleanup.policy').includes('delete')) {
    return { partitionIndex, lowWatermark: -1n, errorCode: codeOf('POLICY_VIOLATION') };
  }
  const { log } = led.partition;
  const offset = asked.offset === HIGH_WATERMARK ? log.watermarks.high : asked.offset;
  if (offset < 0n || offset > log.watermarks.high) {
    return { partitionIndex, lowWatermark: -1n, errorCode: codeOf('OFFSET_OUT_OF_RANGE') };
  }
  log.deleteBefore(offset);
  return { partitionIndex, lowWatermark: log.watermarks.logStart, errorCode: 0 };
}
