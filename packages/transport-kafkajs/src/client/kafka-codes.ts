/** What the producer does about a batch that was answered with a code. */
export type BatchAction =
  /** Send the same bytes again after a pause. */
  | 'resend'
  /** Send them again under a new producer id: the broker does not know the old one any more. */
  | 'renew'
  /** Send them in two halves; one record alone is refused as too large. */
  | 'split'
  /** The broker has them already. */
  | 'stored'
  /** Reject them. */
  | 'refuse';

/** The kinds of refusal the port tells apart. */
export type Kind =
  | 'authentication'
  | 'authorization'
  | 'topic-missing'
  | 'too-large'
  | 'fenced'
  | 'unreachable'
  | 'refused';

/** One code's meaning. */
export interface CodeMeaning {
  readonly kind: Kind;
  readonly retriable: boolean;
  readonly batch: BatchAction;
  /** The brokers may hold the batch although they answered with this code. */
  readonly maybeStored?: boolean;
}

const transient: CodeMeaning = { kind: 'refused', retriable: true, batch: 'resend' };
const unsure: CodeMeaning = { ...transient, maybeStored: true };
const final: CodeMeaning = { kind: 'refused', retriable: false, batch: 'refuse' };
const renewed: CodeMeaning = { kind: 'refused', retriable: true, batch: 'renew' };
const fenced: CodeMeaning = { kind: 'fenced', retriable: false, batch: 'refuse' };
const unauthorized: CodeMeaning = { kind: 'authorization', retriable: false, batch: 'refuse' };
const unauthenticated: CodeMeaning = { kind: 'authentication', retriable: false, batch: 'refuse' };

/**
 * The codes that are treated other than by their own `retriable` flag, under the names Kafka has for them today.
 * Source: Kafka's protocol guide, error codes.
 */
const meanings: Readonly<Record<string, CodeMeaning>> = {
  UNKNOWN_SERVER_ERROR: unsure,
  UNKNOWN_TOPIC_OR_PARTITION: { kind: 'topic-missing', retriable: true, batch: 'resend' },
  REQUEST_TIMED_OUT: unsure,
  MESSAGE_TOO_LARGE: { kind: 'too-large', retriable: false, batch: 'split' },
  RECORD_LIST_TOO_LARGE: { kind: 'too-large', retriable: false, batch: 'split' },
  NETWORK_EXCEPTION: unsure,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: unsure,
  ILLEGAL_GENERATION: fenced,
  UNKNOWN_MEMBER_ID: fenced,
  REBALANCE_IN_PROGRESS: fenced,
  FENCED_INSTANCE_ID: fenced,
  TOPIC_AUTHORIZATION_FAILED: unauthorized,
  GROUP_AUTHORIZATION_FAILED: unauthorized,
  CLUSTER_AUTHORIZATION_FAILED: unauthorized,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: unauthorized,
  UNSUPPORTED_SASL_MECHANISM: unauthenticated,
  SASL_AUTHENTICATION_FAILED: unauthenticated,
  ILLEGAL_SASL_STATE: unauthenticated,
  OUT_OF_ORDER_SEQUENCE_NUMBER: renewed,
  DUPLICATE_SEQUENCE_NUMBER: { kind: 'refused', retriable: false, batch: 'stored' },
  INVALID_PRODUCER_EPOCH: renewed,
  UNKNOWN_PRODUCER_ID: renewed,
  INVALID_PRODUCER_ID_MAPPING: renewed,
  // Newer than kafkajs, which knows codes up to 88 only and calls the rest not retriable.
  THROTTLING_QUOTA_EXCEEDED: transient,
  UNKNOWN_TOPIC_ID: transient,
};

/** Names kafkajs kept from before Kafka renamed them, and codes it does not know. */
const today: Readonly<Record<string, string>> = {
  UNKNOWN: 'UNKNOWN_SERVER_ERROR',
  NOT_LEADER_FOR_PARTITION: 'NOT_LEADER_OR_FOLLOWER',
  GROUP_LOAD_IN_PROGRESS: 'COORDINATOR_LOAD_IN_PROGRESS',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'COORDINATOR_NOT_AVAILABLE',
  NOT_COORDINATOR_FOR_GROUP: 'NOT_COORDINATOR',
  'Unknown error code 89': 'THROTTLING_QUOTA_EXCEEDED',
  'Unknown error code 100': 'UNKNOWN_TOPIC_ID',
};

/** The name Kafka has today for a code kafkajs reports. */
export function codeName(type: string, message: string): string {
  if (type !== 'KAFKAJS_UNKNOWN_ERROR_CODE') return today[type] ?? type;
  return today[message] ?? message.replace(/^Unknown error code /, 'CODE_');
}

/** What a code means; codes that are not in the table go by their own `retriable` flag. */
export function meaningOf(code: string, retriable: boolean): CodeMeaning {
  return meanings[code] ?? (retriable ? transient : final);
}

/** What it means that no answer came at all. */
export const noAnswer: CodeMeaning = { kind: 'unreachable', retriable: true, batch: 'resend', maybeStored: true };
