import { messages } from '@eventstream/kafka-protocol';
import { transactionGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { coordinatorError } from '../transactions/error-names.ts';

const FENCED_SINCE = 2;
const RAISES_EPOCH_SINCE = 5;

/**
 * EndTxn commits or aborts a transaction: its markers are written and its offsets seen before the answer is.
 *
 * v5 raises the epoch with every end and answers the identity to go on with (KIP-890). Repeated by a producer that lost
 * that answer it answers the same again; an abort with nothing open only raises the epoch.
 */
export const endTxn = defineApi(messages.endTxn, {
  versions: [0, 5],
  limits: [
    'Markers are written at once, to partitions without a leader as well: CONCURRENT_TRANSACTIONS is answered only to InitProducerId.',
  ],
  handle(context, { committed, ...claim }) {
    const { version, transactions } = context;
    const raisesEpoch = version >= RAISES_EPOCH_SINCE;
    const result =
      transactionGate(context, claim.transactionalId) ??
      transactions.end(claim, { end: committed ? 'commit' : 'abort', raisesEpoch });
    if (typeof result === 'string') {
      return { throttleTimeMs: 0, errorCode: codeOf(coordinatorError(result, version >= FENCED_SINCE)) };
    }
    return { throttleTimeMs: 0, errorCode: 0, ...(raisesEpoch ? result : {}) };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode }),
});
