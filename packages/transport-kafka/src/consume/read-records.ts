import { type Codecs, type RecordBatch, readBatches } from '@eventstream/kafka-protocol';
import { Cursor } from './cursor.ts';
import { KafkaRecordView } from './record-view.ts';

/** A transaction of a producer that was aborted, from an offset on, as Fetch tells. */
export type AbortedTransaction = { readonly producerId: bigint; readonly firstOffset: bigint };

/** What {@link readRecords} is told beside the bytes. */
export type ReadOptions = {
  readonly codecs: Codecs;
  /** Records before it are left out: a batch is fetched whole. */
  readonly from: number;
  /** Given when records of aborted transactions are to be left out. */
  readonly aborted: readonly AbortedTransaction[] | undefined;
};

/** A batch that is not what its producer wrote, or is in a codec or format that cannot be read. */
export class UnreadableBatch extends Error {
  override readonly name = 'UnreadableBatch';
  readonly offset: number;

  constructor(offset: number, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.offset = offset;
  }
}

/** Where the next fetch goes on behind these batches, and under which leader the last was written. */
export type Behind = { readonly next: number; readonly leaderEpoch: number };

/** What comes behind these batches; `from` when there is none. A cut-off last batch does not count. */
export function behind(records: Uint8Array, from: number): Behind {
  let last: RecordBatch | undefined;
  for (const batch of readBatches(records)) last = batch;
  return last === undefined
    ? { next: from, leaderEpoch: -1 }
    : { next: Number(last.nextOffset), leaderEpoch: last.partitionLeaderEpoch };
}

/** The records of fetched batches, without control records and those of aborted transactions. Throws `UnreadableBatch`. */
export function readRecords(records: Uint8Array, options: ReadOptions): KafkaRecordView[] {
  const views: KafkaRecordView[] = [];
  const isAborted = abortedFilter(options.aborted);
  for (const batch of readBatches(records)) {
    if (isAborted(batch) || batch.isControl) continue;
    readBatch(batch, options, views);
  }
  return views;
}

/** Follows the transactions through the batches: each begins at its first offset and ends with its producer's marker. */
function abortedFilter(aborted: readonly AbortedTransaction[] | undefined): (batch: RecordBatch) => boolean {
  if (aborted === undefined || aborted.length === 0) return () => false;
  const waiting = [...aborted].sort((one, other) => Number(one.firstOffset - other.firstOffset));
  const open = new Set<bigint>();
  return (batch) => {
    while (waiting[0] !== undefined && waiting[0].firstOffset <= batch.lastOffset) {
      open.add(waiting.shift()?.producerId as bigint);
    }
    if (batch.isControl) {
      open.delete(batch.producerId);
      return false;
    }
    return batch.isTransactional && open.has(batch.producerId);
  };
}

function readBatch(batch: RecordBatch, { codecs, from }: ReadOptions, views: KafkaRecordView[]): void {
  const base = Number(batch.baseOffset);
  if (!batch.checksumMatches()) throw new UnreadableBatch(base, 'its checksum does not match its bytes');
  try {
    const bytes = plain(batch.recordBytes(codecs));
    const cursor = new Cursor(bytes, 0, bytes.length);
    const appendTime = batch.timestampType === 'LogAppendTime' ? Number(batch.maxTimestamp) : undefined;
    const firstTimestamp = Number(batch.baseTimestamp);
    for (let left = batch.recordCount; left > 0; left -= 1) {
      const length = cursor.varint();
      const end = cursor.at + length;
      cursor.skip(1);
      const timestamp = appendTime ?? firstTimestamp + cursor.varint();
      if (appendTime !== undefined) cursor.varint();
      const offset = base + cursor.varint();
      const { at } = cursor;
      skipParts(cursor);
      if (cursor.at !== end) throw new RangeError(`a record says it has ${length} bytes, its parts end elsewhere`);
      if (offset < from) continue;
      views.push(new KafkaRecordView(offset, timestamp, bytes, at, end));
    }
    if (batch.recordCount < 0 || cursor.at < bytes.length) {
      throw new RangeError(`${batch.recordCount} records are announced, and their bytes end elsewhere`);
    }
  } catch (cause) {
    throw new UnreadableBatch(base, (cause as Error).message, cause);
  }
}

/** Goes over key, value and headers: what a view is asked for later is there. */
function skipParts(cursor: Cursor): void {
  cursor.skip(cursor.varint());
  cursor.skip(cursor.varint());
  for (let parts = 2 * cursor.varint(); parts > 0; parts -= 1) cursor.skip(cursor.varint());
}

/** What is read from a socket is a Buffer, and so are its parts; records give plain bytes, whatever they came in. */
function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
