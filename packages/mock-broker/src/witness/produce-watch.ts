import {
  errorCodes,
  isProtocolError,
  type messages,
  type RecordBatch,
  type RequestOf,
  type ResponseInput,
  readBatches,
} from '@eventstream/kafka-protocol';
import { codecs } from '../log/codecs.ts';
import type { Report } from './finding.ts';

/** A Produce request as it was served. */
export type ServedProduce = {
  readonly clientId: string;
  readonly request: RequestOf<typeof messages.produce>;
  readonly response: ResponseInput<typeof messages.produce>;
  readonly nameOf: (topic: { readonly name: string | null; readonly topicId: string }) => string;
};

/** Headers by which records are commonly told apart. */
const idHeaders = new Set(['id', 'ce_id', 'event-id', 'message-id', 'idempotency-key']);
const fenced = new Set<number>([errorCodes.INVALID_PRODUCER_EPOCH, errorCodes.PRODUCER_FENCED]);

/** Notices what lies in a log twice, sequences that were left out, and writers that had been replaced. */
export class ProduceWatch {
  /** Where each batch or record lies, by partition and identity. */
  readonly #placed = new Map<string, bigint>();

  look(served: ServedProduce): Report[] {
    return served.request.topicData.flatMap((topic, at) => {
      const answers = served.response.responses[at]?.partitionResponses ?? [];
      return topic.partitionData.flatMap(({ index, records }) => {
        const answer = answers.find((one) => one.index === index);
        const place = `${served.nameOf(topic)}-${index}`;
        return answer && records ? this.#judge({ place, clientId: served.clientId, records, answer }) : [];
      });
    });
  }

  #judge({ place, clientId, records, answer }: Delivery): Report[] {
    const batch = firstBatch(records);
    if (!batch) return [];
    const { producerId, producerEpoch, baseSequence, lastSequence } = batch;
    const who = `${clientId}, producer ${producerId} in epoch ${producerEpoch},`;
    const what = `sequences ${baseSequence} to ${lastSequence} to ${place}`;
    if (answer.errorCode === errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER) {
      return [{ kind: 'sequence-gap', what: `${who} sent ${what}, which do not follow what is there` }];
    }
    if (fenced.has(answer.errorCode)) {
      return [{ kind: 'zombie-write', what: `${who} sent ${what} after it had been fenced` }];
    }
    if (answer.errorCode !== 0) return [];
    const identity = `${place} producer ${producerId} epoch ${producerEpoch} sequence ${baseSequence}`;
    if (producerId >= 0n) return this.#place(identity, answer.baseOffset, `${who} has ${what}`);
    return idsOf(batch).flatMap(({ id, delta }) =>
      this.#place(
        `${place} id ${id}`,
        answer.baseOffset + delta,
        `${clientId} has the record with id "${id}" in ${place}`,
      ),
    );
  }

  #place(identity: string, offset: bigint, what: string): Report[] {
    const known = this.#placed.get(identity);
    this.#placed.set(identity, offset);
    if (known === undefined || known === offset) return [];
    return [{ kind: 'duplicate', what: `${what} twice: at ${known} and at ${offset}` }];
  }
}

type Delivery = {
  readonly place: string;
  readonly clientId: string;
  readonly records: Uint8Array;
  readonly answer: { readonly errorCode: number; readonly baseOffset: bigint };
};

/** The batch of a request, unless its bytes are none: then the broker has refused it. */
function firstBatch(records: Uint8Array): RecordBatch | undefined {
  try {
    const [batch] = readBatches(records);
    return batch;
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}

function idsOf(batch: RecordBatch): { id: string; delta: bigint }[] {
  // Offsets are relative to what the batch says its first is, which may have been rewritten by the log.
  return [...batch.records(codecs)].flatMap(({ headers }, at) => {
    const header = headers.find(({ key }) => idHeaders.has(key));
    return header?.value ? [{ id: Buffer.from(header.value).toString(), delta: BigInt(at) }] : [];
  });
}
