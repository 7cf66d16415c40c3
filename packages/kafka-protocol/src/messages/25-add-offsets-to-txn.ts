import { api } from '../schema/api.ts';
import { int16, int32, int64, string } from '../schema/field.ts';

/**
 * AddOffsetsToTxn makes a group's offsets part of a transaction before TxnOffsetCommit stores them.
 *
 * v2 may answer PRODUCER_FENCED (KIP-588). v3 is flexible. v4 may answer TRANSACTION_ABORTABLE (KIP-890).
 */
export const addOffsetsToTxn = api({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: '0-4',
  flexible: '3+',
  request: {
    transactionalId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    groupId: string(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
  },
});
