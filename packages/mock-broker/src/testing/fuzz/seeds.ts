import { encodeRequestFrame } from '@eventstream/kafka-protocol';
import { apis } from '../../apis/index.ts';
import { batchOf } from '../batches.ts';
import { sampleRequest } from '../sample-value.ts';

const PREFIX = 4;

/** Records and names that are there, so that what is almost right gets deep into the broker. */
const deeper: Readonly<Record<string, (request: Record<string, unknown>) => Record<string, unknown>>> = {
  Produce: (request) => ({
    ...request,
    acks: 1,
    transactionalId: null,
    topicData: [{ name: 'sample', partitionData: [{ index: 0, records: batchOf({ values: ['a', 'b'] }) }] }],
  }),
  JoinGroup: (request) => ({ ...request, sessionTimeoutMs: 10_000, memberId: '', protocolType: 'consumer' }),
};

/** A request of every API in every version, without its size prefix. */
export function seedFrames(): readonly Buffer[] {
  return apis.flatMap(({ message, versions: [lowest, highest] }) =>
    Array.from({ length: highest - lowest + 1 }, (_, step) => {
      const version = lowest + step;
      const sample = sampleRequest(message, version);
      const byName = message.name !== 'Produce' || version < 13;
      const request = byName ? (deeper[message.name]?.(sample) ?? sample) : { ...sample, acks: 1 };
      const address = { version, correlationId: 1, clientId: 'fuzz' };
      return Buffer.from(encodeRequestFrame(message, address, request as never).subarray(PREFIX));
    }),
  );
}
