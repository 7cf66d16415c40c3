import { messages } from '@eventstream/kafka-protocol';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { heartbeat as beat } from '../groups/classic/presence.ts';
import { heartbeatAsClassic } from '../groups/modern/classic-members.ts';

/**
 * Heartbeat keeps a member of a classic group alive and tells it when to join again.
 *
 * v3 fences static members (KIP-345).
 */
export const heartbeat = defineApi(messages.heartbeat, {
  versions: [0, 4],
  handle(context, request) {
    const refused = coordinatorGate(context, request.groupId);
    const { classic, consumer } = context.groups.find(request.groupId) ?? {};
    const answer = () =>
      consumer ? heartbeatAsClassic(consumer, request) : classic ? beat(classic, request) : 'UNKNOWN_MEMBER_ID';
    return { errorCode: codeOf(refused ?? answer()) };
  },
  fail: (_request, errorCode) => ({ errorCode }),
});
