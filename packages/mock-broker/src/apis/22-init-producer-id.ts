import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/**
 * InitProducerId gives an idempotent producer its id.
 *
 * v3 takes the current id and epoch of a producer that has lost count, and raises the epoch (KIP-360).
 */
export const initProducerId = defineApi(messages.initProducerId, {
  versions: [0, 5],
  limits: ['There are no transactions yet: a transactional id is refused with UNSUPPORTED_VERSION.'],
  handle({ producerIds }, { transactionalId, producerId, producerEpoch }) {
    if (transactionalId !== null) return { ...nobody, errorCode: codeOf('UNSUPPORTED_VERSION') };
    const known = producerId >= 0n && producerEpoch >= 0;
    const identity = known ? producerIds.bump({ producerId, producerEpoch }) : producerIds.allocate();
    return { throttleTimeMs: 0, errorCode: 0, ...identity };
  },
  fail: (_request, errorCode) => ({ ...nobody, errorCode }),
});

const nobody = { throttleTimeMs: 0, producerId: -1n, producerEpoch: -1 };
