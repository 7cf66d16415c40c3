import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { ledPartition } from '../dispatch/led-partition.ts';
import { earliestAtOrAfter, type Found, latestOfAll } from '../log/time-search.ts';
import type { Partition } from '../topics/partition.ts';

const LATEST = -1n;
const EARLIEST = -2n;
const MAX_TIMESTAMP = -3n;
const EARLIEST_LOCAL = -4n;
const LATEST_TIERED = -5n;

/**
 * ListOffsets finds offsets by time: the earliest record at or after a timestamp, or one of the ends by a negative number.
 *
 * -1 the end, -2 the start, -3 the record of the largest timestamp (KIP-734), -4 the earliest on this node (KIP-405), -5
 * the last tiered one (KIP-1005). Nothing is tiered, so -4 is -2 and -5 finds nothing.
 */
export const listOffsets = defineApi(messages.listOffsets, {
  versions: [1, 10],
  limits: ['A batch in a codec this broker cannot read is found by its first record when searching by time.'],
  handle: (context, { topics }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((entry) => ({
        partitionIndex: entry.partitionIndex,
        ...find(context, name, entry),
      })),
    })),
  }),
  fail: ({ topics }, errorCode) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }),
});

type Asked = { readonly partitionIndex: number; readonly currentLeaderEpoch: number; readonly timestamp: bigint };

function find(context: RequestContext, name: string, asked: Asked) {
  const { partitionIndex: index, currentLeaderEpoch: leaderEpoch, timestamp } = asked;
  const led = ledPartition(context, { name, id: '', index, leaderEpoch });
  if (typeof led === 'string') return refuse(led);
  const found = search(led.partition, timestamp);
  if (!found) return { errorCode: 0 };
  // Only from v4 on is there a field for it, and an encoder that refuses to lose what it was given.
  const epoch = context.version >= 4 ? { leaderEpoch: led.partition.epochAt(found.offset) } : {};
  return { errorCode: 0, timestamp: found.timestamp, offset: found.offset, ...epoch };
}

function search({ log }: Partition, timestamp: bigint): Found | undefined {
  switch (timestamp) {
    case LATEST:
      return { timestamp: -1n, offset: log.watermarks.lastStable };
    case EARLIEST:
    case EARLIEST_LOCAL:
      return { timestamp: -1n, offset: log.watermarks.logStart };
    case MAX_TIMESTAMP:
      return latestOfAll(log);
    case LATEST_TIERED:
      return undefined;
    default:
      return earliestAtOrAfter(log, timestamp);
  }
}

function refuse(error: ErrorName) {
  return { errorCode: codeOf(error) };
}
