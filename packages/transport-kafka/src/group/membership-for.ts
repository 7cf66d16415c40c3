import type { SubscriptionRequest } from '@eventstream/core';
import type { AdminContext } from '../admin/context.ts';
import { range } from './assignors/range.ts';
import { ClassicMembership } from './classic-membership.ts';
import type { Membership, MembershipEvents } from './membership.ts';

const defaultSessionMs = 30_000;

/** The member that joins a group for a subscription. */
export function membershipFor(
  { settings, cluster, coordinators, brokers }: AdminContext,
  request: SubscriptionRequest,
  events: MembershipEvents,
): Membership {
  const context = {
    ...settings,
    group: request.group,
    topics: request.topics,
    instanceId: settings.groupInstanceId,
    sessionTimeoutMs: request.sessionTimeoutMs ?? defaultSessionMs,
    cluster,
    coordinators,
    brokers,
  };
  return new ClassicMembership(context, events, [range]);
}
