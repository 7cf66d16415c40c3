import type { PartitionLog } from './partition-log.ts';
import { latestOfAll } from './time-search.ts';

const LATEST = -1n;
const EARLIEST = -2n;

/** What the first version of ListOffsets asks for. */
export type SegmentQuestion = { readonly timestamp: bigint; readonly maxNumOffsets: number };

/**
 * Where segments begin that were last changed by `timestamp`, and the end of the log, newest first: what clients could ask
 * before records had times. The log is taken as one segment.
 */
export function offsetsBefore(log: PartitionLog, { timestamp, maxNumOffsets }: SegmentQuestion): readonly bigint[] {
  const { logStart, high } = log.watermarks;
  const both = high > logStart ? [high, logStart] : [logStart];
  if (timestamp === LATEST) return both.slice(0, maxNumOffsets);
  const changed = latestOfAll(log)?.timestamp ?? LATEST;
  return timestamp === EARLIEST || timestamp >= changed ? [logStart].slice(0, maxNumOffsets) : [];
}
