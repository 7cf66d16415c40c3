import { messages } from '@eventstream/kafka-protocol';
import type { Scene } from '../scene.ts';
import { step } from '../script.ts';

const { consumerGroupDescribe, consumerGroupHeartbeat } = messages;

/** What the groups of the scripts read, in two partitions. */
export const TOPIC = 'parcels';

const BEAT = { rackId: null, subscribedTopicNames: null, subscribedTopicRegex: null, serverAssignor: null };

/** What a member says of itself when it joins. */
export const JOIN = {
  ...BEAT,
  memberEpoch: 0,
  rebalanceTimeoutMs: 60_000,
  subscribedTopicNames: [TOPIC],
  topicPartitions: [],
};

/** Fields beside those that every request has. */
export type More = Readonly<Record<string, unknown>>;

/** Steps of a member of one group in one version of the heartbeat; its id and epoch are kept as each broker gave them. */
export function groupOf(name: string, version: number, member = 'one') {
  const groupId = `${name}-${version}`;
  const [id, epoch] = [`${groupId}-member-${member}`, `${groupId}-epoch-${member}`];
  const beat = (title: string, request: (scene: Scene) => More) =>
    step(consumerGroupHeartbeat, title, (scene) => ({ groupId, ...BEAT, ...request(scene) }), { versions: version });
  const keep = (answer: { memberId: string | null; memberEpoch: number }, scene: Scene) => {
    scene.keep(id, answer.memberId);
    scene.keep(epoch, answer.memberEpoch);
  };
  const own = (scene: Scene) => ({ groupId, memberId: scene.text(id), memberEpoch: scene.number(epoch) });
  const join = (title: string, more: More = {}) =>
    step(
      consumerGroupHeartbeat,
      title,
      () => ({ groupId, ...JOIN, memberId: version === 0 ? '' : `${groupId}-${member}`, ...more }),
      { versions: version, keep },
    );
  /** A heartbeat after which the member goes on in the epoch it is told. */
  const goOn = (title: string, request: (scene: Scene) => More = () => ({})) =>
    step(consumerGroupHeartbeat, title, (scene) => ({ ...BEAT, ...own(scene), ...request(scene) }), {
      versions: version,
      keep,
    });
  const describe = (title: string) =>
    step(
      consumerGroupDescribe,
      title,
      { groupIds: [groupId], includeAuthorizedOperations: true },
      { versions: version },
    );
  return { groupId, beat, goOn, own, join, keep, describe };
}
