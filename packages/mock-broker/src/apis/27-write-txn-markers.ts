import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { ledPartition } from '../dispatch/led-partition.ts';
import { appendMarker } from '../topics/append.ts';

type Marker = RequestOf<typeof messages.writeTxnMarkers>['markers'][number];

/**
 * WriteTxnMarkers ends transactions on partitions over the coordinator's head: how an operator gets rid of one that hangs
 * (`kafka-transactions.sh abort`). The coordinator hears nothing of it.
 */
export const writeTxnMarkers = defineApi(messages.writeTxnMarkers, {
  versions: [1, 2],
  limits: ['Offsets of groups cannot be decided by hand: there is no topic __consumer_offsets to send the marker to.'],
  handle: (context, { markers }) => ({
    markers: markers.map((marker) => answer(marker, (name, index) => write(context, marker, { name, index }))),
  }),
  fail: ({ markers }, errorCode) => ({ markers: markers.map((marker) => answer(marker, () => errorCode)) }),
});

function answer({ producerId, topics }: Marker, codeFor: (topic: string, index: number) => number) {
  return {
    producerId,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({
        partitionIndex,
        errorCode: codeFor(name, partitionIndex),
      })),
    })),
  };
}

function write(context: RequestContext, marker: Marker, place: { name: string; index: number }): number {
  const led = ledPartition(context, { ...place, id: '' });
  if (typeof led === 'string') return codeOf(led);
  const { producerId, producerEpoch: epoch, coordinatorEpoch } = marker;
  const target = { ...led, now: context.clock.now(), observers: context.observers };
  const end = marker.transactionResult ? 'commit' : 'abort';
  const error: ErrorName = appendMarker(target, { producerId, epoch, coordinatorEpoch }, end);
  return codeOf(error);
}
