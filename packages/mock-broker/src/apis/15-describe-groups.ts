import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { offsetsGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { allowedOperations, operationsNotAsked } from '../dispatch/operations.ts';
import type { ClassicGroup } from '../groups/classic/group.ts';

/**
 * DescribeGroups shows state, members and assignments of classic groups.
 *
 * A group nobody knows, or of another protocol, is described as Dead without an error; from v6 on with GROUP_ID_NOT_FOUND (KIP-1043). What members
 * subscribe to and own is shown in stable groups only. v3 answers allowed operations.
 */
export const describeGroups = defineApi(messages.describeGroups, {
  versions: [0, 6],
  handle: (context, { groups, includeAuthorizedOperations }) => ({
    groups: groups.map((groupId) => {
      const described = describe(context, groupId);
      const tells = includeAuthorizedOperations && described.errorCode === 0;
      return {
        ...described,
        authorizedOperations: tells ? allowedOperations(context, 'group', groupId) : operationsNotAsked,
      };
    }),
  }),
  fail: ({ groups }, errorCode) => ({ groups: groups.map((groupId) => ({ ...blank(groupId), errorCode })) }),
});

function describe(context: RequestContext, groupId: string) {
  const refused = offsetsGate(context, groupId);
  if (refused) return { ...blank(groupId), errorCode: codeOf(refused) };
  const group = context.groups.find(groupId);
  if (group?.classic) return { ...blank(groupId), ...shown(group.classic) };
  const error: ErrorName = context.version >= 6 ? 'GROUP_ID_NOT_FOUND' : 'NONE';
  const message =
    context.version >= 6 ? { errorMessage: `Group ${groupId} ${group ? 'is not a classic group' : 'not found'}.` } : {};
  return { ...blank(groupId), groupState: 'Dead', errorCode: codeOf(error), ...message };
}

function shown(group: ClassicGroup) {
  const stable = group.state === 'Stable';
  const protocol = stable ? (group.protocolName ?? '') : '';
  return {
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: protocol,
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.facts.groupInstanceId,
      clientId: member.facts.clientId,
      clientHost: member.facts.clientHost,
      memberMetadata: stable ? member.metadataFor(protocol) : new Uint8Array(),
      memberAssignment: stable ? member.assignment : new Uint8Array(),
    })),
  };
}

function blank(groupId: string) {
  return { errorCode: 0, groupId, groupState: '', protocolType: '', protocolData: '', members: [] };
}
