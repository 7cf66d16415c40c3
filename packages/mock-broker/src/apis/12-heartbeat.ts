import { messages } from '@eventstream/kafka-protocol';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { heartbeat as beat } from '../groups/classic/presence.ts';

/**
 * Heartbeat keeps a member of a classic group alive and tells it when to join again.
 *
 * v3 fences static members (KIP-345).
 */
export const heartbeat = defineApi(messages.heartbeat, {
  versions: [0, 4],
  handle(context, request) {
    const refused = coordinatorGate(context, request.groupId);
    const group = context.groups.find(request.groupId)?.classic;
    return { errorCode: codeOf(refused ?? (group ? beat(group, request) : 'UNKNOWN_MEMBER_ID')) };
  },
  fail: (_request, errorCode) => ({ errorCode }),
});
