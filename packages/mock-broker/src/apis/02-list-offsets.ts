import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { ledPartition } from '../dispatch/led-partition.ts';
import { offsetsBefore } from '../log/segment-search.ts';
import { earliestAtOrAfter, type Found, latestOfAll } from '../log/time-search.ts';
import type { Partition } from '../topics/partition.ts';

const LATEST = -1n;
const EARLIEST = -2n;
const MAX_TIMESTAMP = -3n;
const EARLIEST_LOCAL = -4n;
const LATEST_TIERED = -5n;
const EARLIEST_PENDING_UPLOAD = -6n;
const READ_COMMITTED = 1;

/** Since which version a special timestamp means something. */
const since: ReadonlyMap<bigint, number> = new Map([
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
  [EARLIEST_PENDING_UPLOAD, 11],
]);

/**
 * ListOffsets finds offsets by time: the earliest record at or after a timestamp, or one of the ends by a negative number.
 *
 * -1 the end, -2 the start, -3 the record of the largest timestamp (KIP-734), -4 the earliest on this node (KIP-405), -5
 * the last tiered one (KIP-1005), -6 the first one still to be tiered (KIP-1023). Nothing is tiered, so -4 is -2, and -5
 * and -6 find nothing. For those who read committed
 * records (v2) the log ends at the last stable offset.
 */
export const listOffsets = defineApi(messages.listOffsets, {
  versions: [0, 11],
  limits: [
    'Version 0 finds the start and the end of a log, and knows no segments in between: a log is one, last changed at its newest timestamp.',
    'A batch whose records cannot be read is found by its first record when searching by time.',
  ],
  handle: (context, { topics, isolationLevel }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: once(partitions).map((entry) => ({
        partitionIndex: entry.partitionIndex,
        ...(isTwice(partitions, entry)
          ? refuse('INVALID_REQUEST')
          : find(context, { ...entry, name, committed: isolationLevel === READ_COMMITTED })),
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

type Named = { readonly partitionIndex: number };

/** A partition named twice is answered once, with an error. */
function once<Entry extends Named>(partitions: readonly Entry[]): readonly Entry[] {
  return partitions.filter(
    ({ partitionIndex }, at) => partitions.findIndex((other) => other.partitionIndex === partitionIndex) === at,
  );
}

function isTwice(partitions: readonly Named[], { partitionIndex }: Named): boolean {
  return partitions.filter((other) => other.partitionIndex === partitionIndex).length > 1;
}

type Asked = {
  readonly name: string;
  readonly partitionIndex: number;
  readonly currentLeaderEpoch: number;
  readonly timestamp: bigint;
  /** How many offsets to tell at most, in v0. */
  readonly maxNumOffsets: number;
  /** Nothing that is not decided yet may be found. */
  readonly committed: boolean;
};

function find(context: RequestContext, asked: Asked) {
  const { name, partitionIndex: index, currentLeaderEpoch: leaderEpoch, timestamp } = asked;
  const led = ledPartition(context, { name, id: '', index, leaderEpoch });
  if (typeof led === 'string') return refuse(led);
  if (timestamp < EARLIEST_PENDING_UPLOAD || context.version < (since.get(timestamp) ?? 0)) {
    return refuse('UNSUPPORTED_VERSION');
  }
  const { lastStable, high } = led.partition.log.watermarks;
  if (context.version === 0) {
    return { errorCode: 0, oldStyleOffsets: [...offsetsBefore(led.partition.log, asked)] };
  }
  const found = search(led.partition, timestamp, asked.committed ? lastStable : high);
  if (!found) return { errorCode: 0 };
  return { errorCode: 0, ...found, ...epochAt(context, led.partition, found.offset) };
}

/** Only from v4 on is there a field for it, and an encoder that refuses to lose what it was given. */
function epochAt({ version }: RequestContext, partition: Partition, offset: bigint) {
  return version >= 4 ? { leaderEpoch: partition.epochAt(offset) } : {};
}

function search({ log }: Partition, timestamp: bigint, end: bigint): Found | undefined {
  switch (timestamp) {
    case LATEST:
      return { timestamp: -1n, offset: end };
    case EARLIEST:
    case EARLIEST_LOCAL:
      return { timestamp: -1n, offset: log.watermarks.logStart };
    case MAX_TIMESTAMP:
      return before(end, latestOfAll(log));
    case LATEST_TIERED:
    case EARLIEST_PENDING_UPLOAD:
      return undefined;
    default:
      return before(end, earliestAtOrAfter(log, timestamp));
  }
}

function before(end: bigint, found: Found | undefined): Found | undefined {
  return found && found.offset < end ? found : undefined;
}

function refuse(error: ErrorName) {
  return { errorCode: codeOf(error) };
}
