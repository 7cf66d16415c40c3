import type { RecordView } from '@eventstream/core';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { type HeaderPair, headerPairs } from './header-pairs.ts';

/** A record of its own: nothing of it pins the fetched buffer. */
interface OwnedRecord extends Omit<RecordView, 'copy'> {
  copy(): RecordView;
}

function owned(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.from(bytes);
}

function ownedRecord(view: RecordView): RecordView {
  const record: OwnedRecord = {
    offset: view.offset,
    timestamp: view.timestamp,
    key: owned(view.key),
    value: owned(view.value),
    headers: view.headers.map(([name, value]) => [name, owned(value)] as const),
    copy: () => ownedRecord(record),
  };
  return record;
}

/** A record over what kafkajs decoded; headers become pairs when they are looked at. */
export class KafkajsRecordView implements RecordView {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  #source: IHeaders | undefined;
  #headers: readonly HeaderPair[] | undefined;

  constructor(message: KafkaMessage) {
    this.offset = Number(message.offset);
    this.timestamp = Number(message.timestamp);
    this.key = message.key;
    this.value = message.value;
    this.#source = message.headers;
  }

  get headers(): readonly HeaderPair[] {
    if (this.#headers === undefined) {
      this.#headers = headerPairs(this.#source, this);
      this.#source = undefined;
    }
    return this.#headers;
  }

  copy(): RecordView {
    return ownedRecord(this);
  }
}
