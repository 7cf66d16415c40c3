import type { TopicPartition } from '@eventstream/core';
import { nothingBefore, type Previous } from './assignor.ts';

/**
 * What members of `sticky` say they had, as the Java client writes it: topics with their partitions, and behind them the
 * generation, which members before Kafka 2.3 leave out. All numbers are int32, names have an int16 before them.
 */
export function encodeStickyData({ partitions, generation }: Previous): Uint8Array {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  const parts: Buffer[] = [int32(topics.size)];
  for (const [topic, indexes] of topics) {
    const name = Buffer.from(topic);
    const length = Buffer.alloc(2);
    length.writeInt16BE(name.length);
    parts.push(length, name, int32(indexes.length), ...indexes.map(int32));
  }
  return new Uint8Array(Buffer.concat([...parts, int32(generation)]));
}

/** Reads what {@link encodeStickyData} writes. What cannot be read is of a member that had nothing. */
export function decodeStickyData(data: Uint8Array): Previous {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const partitions: TopicPartition[] = [];
  try {
    let at = 4;
    for (let topics = bytes.readInt32BE(0); topics > 0; topics -= 1) {
      const end = at + 2 + bytes.readInt16BE(at);
      const topic = bytes.toString('utf8', at + 2, end);
      at = end + 4;
      for (let count = bytes.readInt32BE(end); count > 0; count -= 1, at += 4) {
        partitions.push({ topic, partition: bytes.readInt32BE(at) });
      }
    }
    return { partitions, generation: at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1 };
  } catch {
    return nothingBefore;
  }
}

/** What members of `cooperative-sticky` say beside what they own: the generation, as subscriptions before KIP-792 do not. */
export function encodeGeneration({ generation }: Previous): Uint8Array {
  return new Uint8Array(int32(generation));
}

/** Reads what {@link encodeGeneration} writes. */
export function decodeGeneration(data: Uint8Array | null): number {
  return data === null || data.length < 4 ? -1 : new DataView(data.buffer, data.byteOffset).getInt32(0);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
