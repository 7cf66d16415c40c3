import { messages, RecordBatch, type RequestInput } from '@eventstream/kafka-protocol';
import { codecs } from '../log/codecs.ts';
import type { ClusterUnderTest, Sender } from './cluster-under-test.ts';
import { errorName } from './transactional-producer.ts';

type Wish = Partial<RequestInput<typeof messages.shareFetch>>;

/** What a test says became of a range: accept, release, reject, renew. */
export type Ack = readonly [first: number, last: number, type: number | readonly number[]];

/** Speaks the raw share protocol for one member of group `s` on partition 0 of topic `t`, in one session. */
export function shareReader(under: ClusterUnderTest, memberId: string, via: Partial<Sender> = {}) {
  const sender = { version: 2, ...via };
  const topicId = () => under.cluster.catalog.byName('t')!.id;
  const topicsOf = (acks: readonly Ack[]) => {
    const acknowledgementBatches = acks.map(([first, last, type]) => ({
      firstOffset: BigInt(first),
      lastOffset: BigInt(last),
      acknowledgeTypes: typeof type === 'number' ? [type] : [...type],
    }));
    return [{ topicId: topicId(), partitions: [{ partitionIndex: 0, acknowledgementBatches }] }];
  };
  const reader = {
    epoch: 0,
    ask(acks: readonly Ack[], wish: Wish = {}) {
      const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, maxRecords: 500, batchSize: 500 };
      const request = { groupId: 's', memberId, shareSessionEpoch: reader.epoch, ...limits, ...wish };
      const modes = sender.version >= 2 ? {} : { shareAcquireMode: 0 };
      return under.call(messages.shareFetch, sender, {
        ...request,
        ...modes,
        topics: acks.length > 0 || reader.epoch === 0 ? topicsOf(acks) : [],
        forgottenTopicsData: [],
      });
    },
    /** Acquired offsets as `first-last x deliveries`, or the name of what went wrong. */
    async fetch(wish: Wish = {}, acks: readonly Ack[] = []) {
      const answer = await reader.ask(acks, wish);
      if (answer.errorCode !== 0) return errorName(answer.errorCode);
      reader.epoch += 1;
      const partition = answer.responses[0]?.partitions[0];
      if (partition?.errorCode) return errorName(partition.errorCode);
      if (partition?.acknowledgeErrorCode) return errorName(partition.acknowledgeErrorCode);
      return (partition?.acquiredRecords ?? [])
        .map(({ firstOffset, lastOffset, deliveryCount }) => `${firstOffset}-${lastOffset} x${deliveryCount}`)
        .join(', ');
    },
    /** Values of the records that come with the next answer. */
    async values() {
      const answer = await reader.ask([]);
      reader.epoch += 1;
      const bytes = answer.responses[0]!.partitions[0]!.records!;
      return [...new RecordBatch(bytes).records(codecs)].map(({ value }) => Buffer.from(value!).toString());
    },
    async acknowledge(...acks: readonly Ack[]) {
      const renews = sender.version >= 2 && acks.some(([, , type]) => type === 4) ? { isRenewAck: true } : {};
      const request = { groupId: 's', memberId, shareSessionEpoch: reader.epoch, topics: topicsOf(acks), ...renews };
      const answer = await under.call(messages.shareAcknowledge, sender, request);
      if (answer.errorCode !== 0) return errorName(answer.errorCode);
      reader.epoch += 1;
      return errorName(answer.responses[0]!.partitions[0]!.errorCode);
    },
    /** Ends the session. */
    async close() {
      const answer = await reader.ask([], { shareSessionEpoch: -1 });
      return errorName(answer.errorCode);
    },
  };
  return reader;
}
