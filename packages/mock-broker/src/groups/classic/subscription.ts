import { readSubscription } from './embedded-protocol.ts';

/** The topics a member of protocol type "consumer" subscribes to; `undefined` when the bytes are not such a subscription. */
export function subscribedTopics(metadata: Uint8Array): string[] | undefined {
  const topics = readSubscription(metadata)?.topics;
  return topics && [...topics];
}
