import type { ClusterState } from '../dispatch/context.ts';
import { MockBrokerError } from '../errors.ts';

/** Takes a member out of its group as a session timeout does. @throws MockBrokerError `UNKNOWN_GROUP` */
export function expireMember({ groups }: ClusterState, groupId: string, memberId: string): void {
  const { classic, consumer, kind } = groups.find(groupId) ?? {};
  const member = consumer?.members.get(memberId);
  if (consumer && member) {
    consumer.fence(member);
    return;
  }
  const classicMember = classic?.members.get(memberId);
  if (classic && classicMember) {
    classic.expel(classicMember);
    return;
  }
  const known = [...(kind?.members.keys() ?? [])].join(', ') || 'none';
  throw new MockBrokerError('UNKNOWN_GROUP', `Group "${groupId}" has no member "${memberId}". Its members: ${known}.`, {
    groupId,
    memberId,
  });
}
