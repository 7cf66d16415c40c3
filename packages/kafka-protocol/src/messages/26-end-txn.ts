import { api } from '../schema/api.ts';
import { bool, int16, int32, int64, string } from '../schema/field.ts';

/**
 * EndTxn commits or aborts a transaction.
 *
 * v2 may answer PRODUCER_FENCED (KIP-588). v3 is flexible. v4 may answer TRANSACTION_ABORTABLE. v5 raises the epoch
 * with every transaction and answers the producer's new id and epoch (KIP-890).
 */
export const endTxn = api({
  key: 26,
  name: 'EndTxn',
  versions: '0-5',
  flexible: '3+',
  request: {
    transactionalId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    committed: bool(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerId: int64({ versions: '5+', default: -1n, ignorable: true }),
    producerEpoch: int16({ versions: '5+', default: -1, ignorable: true }),
  },
});
