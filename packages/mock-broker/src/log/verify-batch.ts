import { type ErrorName, isProtocolError, type RecordBatch, readBatches } from '@eventstream/kafka-protocol';
import { codecs } from './codecs.ts';

/** Why records are not stored, with the words for the client's log. */
export type Refusal = {
  readonly error: ErrorName;
  readonly message: string;
  /** Which records are at fault, by their index in the batch (KIP-467). */
  readonly records?: readonly number[];
};

const LENGTH_AT = 8;
/** What stands before the length counts towards the batch, but not towards its length field. */
const BEFORE_LENGTH = 12;
const MAGIC_AT = 16;
const SMALLEST = 61;

/**
 * The one batch a Produce request may carry for a partition, or why it is refused.
 *
 * Checked are the header, the length, the CRC32C over everything behind it, and that the offsets add up; records are not
 * decoded, so a damaged record under a right checksum passes, where a real broker would refuse it.
 */
export function verifyBatch(records: Uint8Array | null, maxBytes: number): RecordBatch | Refusal {
  if (!records || records.byteLength === 0) return refuse('INVALID_RECORD', 'the request has no record batch');
  if (records.byteLength < SMALLEST) return refuse('INVALID_RECORD', 'the record batch is shorter than its header');
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const magic = view.getInt8(MAGIC_AT);
  if (magic === 0 || magic === 1)
    return refuse('INVALID_RECORD', `record batches must have magic version 2, not ${magic}`);
  if (magic !== 2) return refuse('CORRUPT_MESSAGE', `there is no magic version ${magic}`);
  const size = view.getInt32(LENGTH_AT) + BEFORE_LENGTH;
  if (size > records.byteLength || size < SMALLEST) {
    return refuse('INVALID_RECORD', `the batch announces ${size} bytes, there are ${records.byteLength}`);
  }
  if (size < records.byteLength) return refuse('INVALID_RECORD', 'only one record batch per partition is allowed');
  if (size > maxBytes) {
    return refuse('MESSAGE_TOO_LARGE', `the batch has ${size} bytes, the topic's max.message.bytes is ${maxBytes}`);
  }
  const [batch] = readBatches(records);
  return batch ? verifyContent(batch) : refuse('CORRUPT_MESSAGE', 'the batch header cannot be read');
}

/** Why a compacted topic refuses the batch: compaction goes by key. */
export function verifyKeys(batch: RecordBatch): Refusal | undefined {
  try {
    const keyless = [...batch.records(codecs)].flatMap(({ key }, index) => (key === null ? [index] : []));
    if (keyless.length === 0) return undefined;
    return { ...refuse('INVALID_RECORD', 'a compacted topic takes no record without a key'), records: keyless };
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    return refuse('CORRUPT_MESSAGE', error.message);
  }
}

function verifyContent(batch: RecordBatch): RecordBatch | Refusal {
  if (!batch.checksumMatches()) return refuse('CORRUPT_MESSAGE', 'the checksum of the batch does not match its bytes');
  if (batch.recordCount <= 0) return refuse('INVALID_RECORD', `the batch claims to have ${batch.recordCount} records`);
  const offsets = batch.lastOffset - batch.baseOffset + 1n;
  if (offsets !== BigInt(batch.recordCount)) {
    return refuse('INVALID_RECORD', `the batch has ${batch.recordCount} records, but spans ${offsets} offsets`);
  }
  if (batch.isControl) return refuse('INVALID_RECORD', 'clients may not write control records');
  return batch;
}

function refuse(error: ErrorName, message: string): Refusal {
  return { error, message };
}
