import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { codeOf } from '../dispatch/errors.ts';

/** Why the offsets of a share group cannot be changed: it is not here, not there, or somebody is in it. */
export function idleShareGroup(
  context: RequestContext,
  groupId: string,
): { errorCode: number; errorMessage: string | null } | undefined {
  const refused = coordinatorGate(context, groupId);
  if (refused) return { errorCode: codeOf(refused), errorMessage: null };
  const group = context.groups.find(groupId)?.share;
  if (!group) return { errorCode: codeOf('GROUP_ID_NOT_FOUND'), errorMessage: `Group ${groupId} not found.` };
  if (group.members.size === 0) return undefined;
  return { errorCode: codeOf('NON_EMPTY_GROUP'), errorMessage: 'The group is not empty.' };
}
