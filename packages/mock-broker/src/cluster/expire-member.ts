import type { ClusterState } from '../dispatch/context.ts';
import { MockBrokerError } from '../errors.ts';

/** Takes a member out of its group as a session timeout does. @throws MockBrokerError `UNKNOWN_GROUP` */
export function expireMember({ groups }: ClusterState, groupId: string, memberId: string): void {
  const group = groups.find(groupId)?.classic;
  const member = group?.members.get(memberId);
  if (group && member) {
    group.expel(member);
    return;
  }
  const known = [...(group?.members.keys() ?? [])].join(', ') || 'none';
  throw new MockBrokerError('UNKNOWN_GROUP', `Group "${groupId}" has no member "${memberId}". Its members: ${known}.`, {
    groupId,
    memberId,
  });
}
