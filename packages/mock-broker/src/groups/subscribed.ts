import { subscribedTopics } from './classic/subscription.ts';
import type { Group } from './group.ts';

/** Topics somebody in the group subscribes to; their committed offsets are in use. */
export function subscriptionsOf({ classic, consumer }: Group): Set<string> {
  if (consumer) {
    return new Set([...consumer.members.values()].flatMap((member) => consumer.subscriptions.namesOf(member)));
  }
  const members = [...(classic?.members.values() ?? [])];
  return new Set(
    members.flatMap(({ facts }) => facts.protocols.flatMap(({ metadata }) => subscribedTopics(metadata) ?? [])),
  );
}
