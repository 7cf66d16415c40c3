/**
 * The topics a member of protocol type "consumer" subscribes to; `undefined` when the bytes are not such a subscription.
 *
 * Version (int16), then a list of topic names, stand first in every version of the consumer protocol.
 */
export function subscribedTopics(metadata: Uint8Array): string[] | undefined {
  const buffer = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  try {
    let at = 6;
    return Array.from({ length: Math.min(buffer.readInt32BE(2), buffer.byteLength) }, () => {
      const size = buffer.readInt16BE(at);
      const start = at + 2;
      at = start + size;
      if (size < 0 || at > buffer.byteLength) throw new RangeError('the subscription is cut off');
      return buffer.toString('utf8', start, at);
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
