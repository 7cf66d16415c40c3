import { configError, type SubscriptionRequest } from '@eventstream/core';
import type { AdminContext } from '../admin/context.ts';
import { ChosenMembership } from './chosen-membership.ts';
import { ClassicMembership } from './classic-membership.ts';
import type { GroupContext } from './group-context.ts';
import type { Membership, MembershipEvents } from './membership.ts';
import { ModernMembership } from './modern-membership.ts';

/** Of classic groups, whose members say how long theirs is. */
const classicSessionMs = 30_000;
/** The brokers' `group.consumer.session.timeout.ms`, which members are not told. */
const modernSessionMs = 45_000;

/** The member that joins a group for a subscription. Throws `config-invalid`. */
export function membershipFor(
  { settings, cluster, coordinators, brokers }: AdminContext,
  { group, topics, sessionTimeoutMs }: SubscriptionRequest,
  events: MembershipEvents,
): Membership {
  const { groupProtocol, groupInstanceId: instanceId, assignors } = settings;
  const context = { ...settings, group, topics, instanceId, cluster, coordinators, brokers };
  const classicContext: GroupContext = { ...context, sessionTimeoutMs: sessionTimeoutMs ?? classicSessionMs };
  const modernContext: GroupContext = { ...context, sessionTimeoutMs: modernSessionMs };
  const classic = (to: MembershipEvents) => new ClassicMembership(classicContext, to, assignors);
  const modern = (to: MembershipEvents) => new ModernMembership(modernContext, to);
  if (groupProtocol === 'consumer') {
    if (sessionTimeoutMs === undefined) return modern(events);
    throw configError(
      'sessionTimeoutMs',
      `cannot be chosen with groupProtocol "consumer". Set consumer.session.timeout.ms on group "${group}", or leave groupProtocol at "auto".`,
    );
  }
  // Only members of classic groups may say how long their session is.
  if (groupProtocol === 'classic' || sessionTimeoutMs !== undefined) return classic(events);
  return new ChosenMembership(modernContext, events, { classic, modern });
}
