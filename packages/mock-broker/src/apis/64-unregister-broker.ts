import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/** UnregisterBroker makes the cluster forget a node that is gone (KIP-631). */
export const unregisterBroker = defineApi(messages.unregisterBroker, {
  versions: [0, 0],
  limits: ['A node stays known, so that it can be started again: the request is granted without effect.'],
  handle({ topology }, { brokerId }) {
    if (topology.all().some(({ id }) => id === brokerId))
      return { throttleTimeMs: 0, errorCode: 0, errorMessage: null };
    const errorMessage = `Broker ID ${brokerId} is not currently registered`;
    return { throttleTimeMs: 0, errorCode: codeOf('BROKER_ID_NOT_REGISTERED'), errorMessage };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, errorMessage: null }),
});
