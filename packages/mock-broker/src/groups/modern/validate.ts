import { type Refusal, refuse } from '../refusal.ts';
import type { HeartbeatRequest } from './heartbeat.ts';
import { awayEpoch } from './member.ts';
import { topicRegex } from './topic-regex.ts';

/** Consumers make up their member id since v1 (KIP-1082). */
const OWN_ID_SINCE = 1;
const LEAVE = -1;

/** What is wrong with a heartbeat whoever sends it, in the order in which real brokers look. */
export function complaintAbout(
  request: HeartbeatRequest & { readonly groupId: string },
  version: number,
  assignors: readonly string[],
): Refusal | undefined {
  const { memberEpoch, memberId, serverAssignor } = request;
  const needsId = version >= OWN_ID_SINCE || memberEpoch > 0 || memberEpoch === LEAVE || memberEpoch === awayEpoch;
  if (needsId && memberId === '') return invalid("MemberId can't be empty.");
  if (request.groupId === '') return invalid("GroupId can't be empty.");
  if (request.instanceId === '') return invalid("InstanceId can't be empty.");
  if (request.rackId === '') return invalid("RackId can't be empty.");
  if (memberEpoch === 0) {
    if (request.rebalanceTimeoutMs === -1) return invalid('RebalanceTimeoutMs must be provided in first request.');
    if (request.topicPartitions?.length !== 0) return invalid('TopicPartitions must be empty when (re-)joining.');
    if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null) {
      return invalid('Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.');
    }
  }
  if (memberEpoch === awayEpoch && request.instanceId === null) return invalid("InstanceId can't be null.");
  if (memberEpoch < awayEpoch) return invalid('MemberEpoch is invalid.');
  if (serverAssignor !== null && !assignors.includes(serverAssignor)) {
    const known = assignors.join(', ');
    const message = `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${known}.`;
    return refuse('UNSUPPORTED_ASSIGNOR', message);
  }
  return request.subscribedTopicRegex ? badRegex(request.subscribedTopicRegex) : undefined;
}

function badRegex(pattern: string): Refusal | undefined {
  const regex = topicRegex(pattern);
  if (regex instanceof RegExp) return undefined;
  const message = `SubscribedTopicRegex \`${pattern}\` is not a valid regular expression: ${regex.complaint}.`;
  return refuse('INVALID_REGULAR_EXPRESSION', message);
}

function invalid(message: string): Refusal {
  return refuse('INVALID_REQUEST', message);
}
