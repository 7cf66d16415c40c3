import { type ErrorName, errorInfo } from '@eventstream/kafka-protocol';

/** What is done with a batch that was answered with an error. */
export type Verdict =
  /** Send the same bytes again after a pause and a look at the metadata. */
  | 'again'
  /** As `again`, and the answer leaves open whether the batch is stored. */
  | 'again-unsure'
  /** The broker lost track of the sequence: when nothing is ahead, begin a new epoch (KIP-360). */
  | 'renew'
  /** Send it in two halves; one record alone is refused. */
  | 'split'
  /** The broker has it already, too long ago to say where. */
  | 'stored'
  | 'refuse';

/** Codes that are treated other than by their own `retriable` flag. */
const verdicts: { readonly [Name in ErrorName]?: Verdict } = {
  UNKNOWN_SERVER_ERROR: 'again-unsure',
  REQUEST_TIMED_OUT: 'again-unsure',
  NETWORK_EXCEPTION: 'again-unsure',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'again-unsure',
  MESSAGE_TOO_LARGE: 'split',
  RECORD_LIST_TOO_LARGE: 'split',
  DUPLICATE_SEQUENCE_NUMBER: 'stored',
  OUT_OF_ORDER_SEQUENCE_NUMBER: 'renew',
  UNKNOWN_PRODUCER_ID: 'renew',
  INVALID_PRODUCER_EPOCH: 'renew',
  INVALID_PRODUCER_ID_MAPPING: 'renew',
};

/** Looks a code up. */
export function verdictOf(code: number): Verdict {
  const { name, retriable } = errorInfo(code);
  return verdicts[name] ?? (retriable ? 'again' : 'refuse');
}
