import { encodeBatch } from '@eventstream/kafka-protocol';

/** A batch of one record, by a producer of epoch 0. */
export function encodeOne(one: { readonly value: string; readonly producerId: bigint; readonly baseSequence: number }) {
  const { value, producerId, baseSequence } = one;
  const records = [{ value: Buffer.from(value), timestamp: 1000n }];
  return encodeBatch({ records, producerId, producerEpoch: 0, baseSequence });
}
