import { messages } from '@eventstream/kafka-protocol';
import { transactionGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { coordinatorError } from '../transactions/error-names.ts';

const FENCED_SINCE = 2;

/** AddOffsetsToTxn makes a group part of a transaction before TxnOffsetCommit sends its offsets. */
export const addOffsetsToTxn = defineApi(messages.addOffsetsToTxn, {
  versions: [0, 4],
  handle(context, request) {
    const error =
      transactionGate(context, request.transactionalId) ?? context.transactions.addGroup(request, request.groupId);
    return { throttleTimeMs: 0, errorCode: codeOf(coordinatorError(error, context.version >= FENCED_SINCE)) };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode }),
});
