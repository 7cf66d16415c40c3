import { type messages, type RequestInput, type ResponseOf, zeroUuid } from '@eventstream/kafka-protocol';
import type { Asked, FetchSession } from './fetch-session.ts';

/** The bounds of one fetch. */
export type FetchLimits = {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
  readonly committedOnly: boolean;
  readonly rack: string;
};

/** What the answer says about one partition. */
export type PartitionAnswer = ResponseOf<typeof messages.fetch>['responses'][number]['partitions'][number];

/** Since this version topics are numbered, so that one made anew is not taken for the old one (KIP-516). */
const byIds = 13;
/** Since this version there are sessions. */
const sessions = 7;

/** The newest version of Fetch in which all of these can be asked for. */
export function fetchCap(asked: readonly Asked[]): number {
  return asked.some(({ topicId }) => topicId === zeroUuid) ? byIds - 1 : Number.POSITIVE_INFINITY;
}

/** The request that asks for some partitions of one node, in a version. */
export function fetchRequest(
  asked: readonly Asked[],
  limits: FetchLimits,
  { session, version }: { readonly session: FetchSession; readonly version: number },
): RequestInput<typeof messages.fetch> {
  const { forgottenTopicsData, ...part } = session.ask(asked, limits.partitionMaxBytes, version >= byIds);
  return {
    maxWaitMs: limits.maxWaitMs,
    minBytes: limits.minBytes,
    maxBytes: limits.maxBytes,
    isolationLevel: limits.committedOnly ? 1 : 0,
    rackId: limits.rack,
    ...part,
    ...(version >= sessions ? { forgottenTopicsData } : {}),
  };
}

/** What an answer says about a partition; nothing when it leaves it out. */
export function answerFor(
  answer: ResponseOf<typeof messages.fetch>,
  { reading, topicId }: Asked,
): PartitionAnswer | undefined {
  for (const one of answer.responses) {
    const isIt = one.topicId === zeroUuid ? one.topic === reading.topic : one.topicId === topicId;
    const found = isIt && one.partitions.find(({ partitionIndex }) => partitionIndex === reading.partition);
    if (found) return found;
  }
  return undefined;
}
