import { encodeRequestFrame } from '@eventstream/kafka-protocol';
import { apis } from '../../apis/index.ts';
import { batchOf } from '../batches.ts';
import { sampleRequest } from '../sample-value.ts';

const PREFIX = 4;
/** From here on, topics are named by ids, which no seed can know. */
const IDS_SINCE: Readonly<Record<string, number>> = { Produce: 13, Fetch: 13 };

/** Records and names that are there, so that what is almost right gets deep into the broker. */
const deeper: Readonly<Record<string, (request: Record<string, unknown>) => Record<string, unknown>>> = {
  Produce: (request) => ({
    ...request,
    acks: 1,
    transactionalId: null,
    topicData: [{ name: 'sample', partitionData: [{ index: 0, records: batchOf({ values: ['a', 'b'] }) }] }],
  }),
  // Waits for more than there ever is.
  Fetch: (request) => ({
    ...request,
    replicaId: -1,
    maxWaitMs: 60_000,
    minBytes: 1 << 30,
    maxBytes: 1 << 20,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [{ topic: 'sample', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 << 20 }] }],
    forgottenTopicsData: [],
  }),
  JoinGroup: (request) => ({ ...request, sessionTimeoutMs: 10_000, memberId: '', protocolType: 'consumer' }),
};

/** A request of every API in every version, without its size prefix. */
export function seedFrames(): readonly Buffer[] {
  return apis.flatMap(({ message, versions: [lowest, highest] }) =>
    Array.from({ length: highest - lowest + 1 }, (_, step) => {
      const version = lowest + step;
      const sample = sampleRequest(message, version);
      const byName = version < (IDS_SINCE[message.name] ?? Number.POSITIVE_INFINITY);
      const request = byName ? (deeper[message.name]?.(sample) ?? sample) : sample;
      const address = { version, correlationId: 1, clientId: 'fuzz' };
      return Buffer.from(encodeRequestFrame(message, address, request as never).subarray(PREFIX));
    }),
  );
}
