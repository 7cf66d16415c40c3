import { messages } from '@eventstream/kafka-protocol';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { leaveGroup as leave } from '../groups/classic/presence.ts';
import { leaveAsClassic } from '../groups/modern/classic-members.ts';

/**
 * LeaveGroup takes members out of a classic group, so that the others need not wait for their session timeouts.
 *
 * v3 takes many members, static ones by instance id, each with its own error; before, the one error is the answer's.
 */
export const leaveGroup = defineApi(messages.leaveGroup, {
  versions: [0, 5],
  handle(context, request) {
    const refused = coordinatorGate(context, request.groupId);
    if (refused) return { errorCode: codeOf(refused) };
    const take = (memberId: string, instanceId: string | null) => {
      // Looked up each time: the last member of one protocol to leave turns the group into one of the other.
      const { classic, consumer } = context.groups.find(request.groupId) ?? {};
      if (consumer) return codeOf(leaveAsClassic(consumer, memberId, instanceId));
      return codeOf(classic ? leave(classic, memberId, instanceId) : 'UNKNOWN_MEMBER_ID');
    };
    if (context.version < 3) return { errorCode: take(request.memberId, null) };
    const members = request.members.map(({ memberId, groupInstanceId }) => ({
      memberId,
      groupInstanceId,
      errorCode: take(memberId, groupInstanceId),
    }));
    return { errorCode: 0, members };
  },
  fail: (_request, errorCode) => ({ errorCode }),
});
