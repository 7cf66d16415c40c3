import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { transactionGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import type { ProducerIdentity } from '../producers/producer-ids.ts';
import { coordinatorError } from '../transactions/error-names.ts';

const FENCED_SINCE = 4;

/**
 * InitProducerId gives an idempotent producer its id, and a transactional one the id that goes with its name.
 *
 * Asking under a transactional id fences whoever had it and aborts what it left open: the asker hears
 * CONCURRENT_TRANSACTIONS once and asks again. v3 takes the current id and epoch of a producer that recovers (KIP-360);
 * without a transactional id they are ignored, such a producer always gets a new id.
 */
export const initProducerId = defineApi(messages.initProducerId, {
  versions: [0, 5],
  handle(context, request) {
    const result = identify(context, request);
    if (typeof result !== 'string') return { throttleTimeMs: 0, errorCode: 0, ...result };
    return { ...nobody, errorCode: codeOf(coordinatorError(result, context.version >= FENCED_SINCE)) };
  },
  fail: (_request, errorCode) => ({ ...nobody, errorCode }),
});

const nobody = { throttleTimeMs: 0, producerId: -1n, producerEpoch: -1 };

function identify(
  context: RequestContext,
  {
    transactionalId,
    transactionTimeoutMs: timeoutMs,
    producerId,
    producerEpoch,
  }: RequestOf<typeof messages.initProducerId>,
): ProducerIdentity | ErrorName {
  const recovers = producerId >= 0n;
  if (recovers !== producerEpoch >= 0) return 'INVALID_REQUEST';
  if (transactionalId === null) return context.producerIds.allocate();
  const refused = transactionGate(context, transactionalId);
  if (refused) return refused;
  if (timeoutMs <= 0 || timeoutMs > context.brokerConfigs.number('transaction.max.timeout.ms')) {
    return 'INVALID_TRANSACTION_TIMEOUT';
  }
  const expected = recovers ? { producerId, producerEpoch } : undefined;
  return context.transactions.register({ transactionalId, timeoutMs, expected });
}
