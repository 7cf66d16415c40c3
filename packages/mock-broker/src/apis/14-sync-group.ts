import { messages } from '@eventstream/kafka-protocol';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { type SyncAnswer, syncRefused } from '../groups/classic/answers.ts';
import { syncGroup as sync } from '../groups/classic/presence.ts';
import { syncAsClassic } from '../groups/modern/classic-members.ts';

/**
 * SyncGroup brings the leader's assignment to the members; followers wait for it.
 *
 * v3 fences static members (KIP-345). v5 checks that the member still means the group's protocol (KIP-559).
 */
export const syncGroup = defineApi(messages.syncGroup, {
  versions: [0, 5],
  handle(context, request) {
    const unsure = context.version >= 5 && (request.protocolType === null || request.protocolName === null);
    if (unsure) return toResponse(syncRefused('INCONSISTENT_GROUP_PROTOCOL'));
    const refused = coordinatorGate(context, request.groupId);
    if (refused) return toResponse(syncRefused(refused));
    const { classic: group, consumer } = context.groups.find(request.groupId) ?? {};
    if (consumer) return toResponse(syncAsClassic(consumer, request));
    if (!group) return toResponse(syncRefused('UNKNOWN_MEMBER_ID'));
    const answer = sync(group, request);
    return answer instanceof Promise ? answer.then(toResponse) : toResponse(answer);
  },
  fail: (_request, errorCode) => ({ errorCode, assignment: new Uint8Array() }),
});

function toResponse({ error, ...answer }: SyncAnswer) {
  return { ...answer, errorCode: codeOf(error) };
}
