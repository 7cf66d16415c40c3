import { type messages, type ResponseInput, readBatches } from '@eventstream/kafka-protocol';

/** How far each client was given records or told offsets, by partition. */
export class Reach {
  readonly #ends = new Map<string, bigint>();

  of(clientId: string, place: string): bigint {
    return this.#ends.get(`${clientId} ${place}`) ?? 0n;
  }

  /** Counts what a fetch gave. */
  fetched(clientId: string, response: ResponseInput<typeof messages.fetch>, around: FetchSurroundings): void {
    for (const topic of response.responses) {
      for (const { partitionIndex, records } of topic.partitions) {
        if (!records || records.byteLength === 0) continue;
        const place = `${around.nameOf({ name: topic.topic ?? null, topicId: topic.topicId ?? '' })}-${partitionIndex}`;
        for (const { nextOffset } of readBatches(around.bytesOf(records))) this.#raise(clientId, place, nextOffset);
      }
    }
  }

  /** Counts offsets a client was told: it may begin there without having read what is before. */
  told(clientId: string, response: ResponseInput<typeof messages.listOffsets>): void {
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, offset = -1n } of partitions)
        this.#raise(clientId, `${name}-${partitionIndex}`, offset);
    }
  }

  #raise(clientId: string, place: string, to: bigint): void {
    if (to > this.of(clientId, place)) this.#ends.set(`${clientId} ${place}`, to);
  }
}

/** What is needed to read an answer that is not encoded yet. */
export type FetchSurroundings = {
  readonly nameOf: (topic: { readonly name: string | null; readonly topicId: string }) => string;
  readonly bytesOf: (records: Uint8Array) => Uint8Array;
};
