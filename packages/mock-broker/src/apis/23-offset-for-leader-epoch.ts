import { messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { ledPartition } from '../dispatch/led-partition.ts';

/**
 * OffsetForLeaderEpoch tells where the records of an epoch end, so that a consumer notices a truncated log (KIP-320).
 *
 * An epoch that never was answers -1.
 */
export const offsetForLeaderEpoch = defineApi(messages.offsetForLeaderEpoch, {
  versions: [2, 4],
  handle: (context, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((entry) => ({ partition: entry.partition, ...find(context, topic, entry) })),
    })),
  }),
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({ partition, errorCode })),
    })),
  }),
});

type Asked = { readonly partition: number; readonly currentLeaderEpoch: number; readonly leaderEpoch: number };

function find(context: RequestContext, name: string, asked: Asked) {
  const led = ledPartition(context, {
    name,
    id: '',
    index: asked.partition,
    leaderEpoch: asked.currentLeaderEpoch,
  });
  if (typeof led === 'string') return { errorCode: codeOf(led) };
  const end = led.partition.endOffsetOf(asked.leaderEpoch);
  return { errorCode: 0, leaderEpoch: end?.epoch ?? -1, endOffset: end?.endOffset ?? -1n };
}
