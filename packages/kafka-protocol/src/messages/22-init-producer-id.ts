import { api } from '../schema/api.ts';
import { bool, int16, int32, int64, string } from '../schema/field.ts';

/**
 * InitProducerId gives an idempotent or transactional producer its id and fences its predecessors.
 *
 * v2 is flexible. v3 takes the current id and epoch, to recover by raising the epoch (KIP-360). v4 may answer
 * PRODUCER_FENCED (KIP-588). v5 adds an error for transactions (KIP-890). v6 takes part in two-phase commits
 * (KIP-939).
 */
export const initProducerId = api({
  key: 22,
  name: 'InitProducerId',
  versions: '0-6',
  flexible: '2+',
  request: {
    transactionalId: string({ nullable: '0+' }),
    transactionTimeoutMs: int32(),
    producerId: int64({ versions: '3+', default: -1n }),
    producerEpoch: int16({ versions: '3+', default: -1 }),
    enable2Pc: bool({ versions: '6+', default: false }),
    keepPreparedTxn: bool({ versions: '6+', default: false }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerId: int64({ default: -1n }),
    producerEpoch: int16(),
    ongoingTxnProducerId: int64({ versions: '6+', default: -1n }),
    ongoingTxnProducerEpoch: int16({ versions: '6+', default: -1 }),
  },
});
