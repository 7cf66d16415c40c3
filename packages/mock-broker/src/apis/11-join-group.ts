import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { type JoinAnswer, joinRefused } from '../groups/classic/answers.ts';
import { type JoinRequest, joinGroup as join } from '../groups/classic/join.ts';
import { joinAsClassic } from '../groups/modern/classic-members.ts';

type JoinGroupRequest = RequestOf<typeof messages.joinGroup>;

/**
 * JoinGroup enters a classic group and waits until the others have come too.
 *
 * v1 splits the rebalance timeout off the session timeout. v4 hands a stranger its id first (KIP-394). v5 knows static
 * members (KIP-345). v7 may answer no protocol. v9 tells a returning static leader not to assign again (KIP-814).
 */
export const joinGroup = defineApi(messages.joinGroup, {
  versions: [0, 9],
  handle(context, request) {
    const refused = admission(context, request);
    if (refused) return toResponse(context.version, joinRefused(refused, request.memberId));
    const answer = joinAny(context, request.groupId, {
      memberId: request.memberId,
      facts: {
        groupInstanceId: request.groupInstanceId,
        clientId: context.clientId,
        clientHost: context.clientHost,
        sessionTimeoutMs: request.sessionTimeoutMs,
        rebalanceTimeoutMs: context.version >= 1 ? request.rebalanceTimeoutMs : request.sessionTimeoutMs,
        protocolType: request.protocolType,
        protocols: request.protocols,
      },
      invitesStrangers: context.version >= 4,
      canSkipAssignment: context.version >= 9,
    });
    return answer instanceof Promise
      ? answer.then((settled) => toResponse(context.version, settled))
      : toResponse(context.version, answer);
  },
  // A null protocol name cannot be written before v7; the empty one reads the same in every version.
  fail: ({ memberId }, errorCode) => ({ errorCode, protocolName: '', leader: '', memberId, members: [] }),
});

function joinAny(context: RequestContext, groupId: string, request: JoinRequest): Promise<JoinAnswer> | JoinAnswer {
  const { classic, consumer } = context.groups.openClassic(groupId);
  if (classic) return join(classic, request);
  if (!consumer) return joinRefused('INCONSISTENT_GROUP_PROTOCOL', '');
  return joinAsClassic(consumer, request, (name) => context.may({ operation: 'describe', resource: 'topic', name }));
}

function admission(context: RequestContext, request: JoinGroupRequest): ErrorName | undefined {
  const { minSessionTimeoutMs, maxSessionTimeoutMs } = context.options;
  const refused = coordinatorGate(context, request.groupId);
  if (refused) return refused;
  if (request.sessionTimeoutMs < minSessionTimeoutMs || request.sessionTimeoutMs > maxSessionTimeoutMs) {
    return 'INVALID_SESSION_TIMEOUT';
  }
  // A member that names itself in a group nobody knows: made here, the group would outlive the refusal.
  return request.memberId !== '' && !context.groups.find(request.groupId) ? 'UNKNOWN_MEMBER_ID' : undefined;
}

function toResponse(version: number, { error, skipAssignment, ...answer }: JoinAnswer) {
  return {
    ...answer,
    errorCode: codeOf(error),
    protocolName: answer.protocolName ?? (version >= 7 ? null : ''),
    members: [...answer.members],
    ...(version >= 9 ? { skipAssignment } : {}),
  };
}
