/** What went wrong with the broker's own controls. */
export type MockBrokerErrorCode =
  | 'PORT_IN_USE'
  | 'INVALID_OPTION'
  | 'UNKNOWN_TOPIC'
  | 'UNKNOWN_NODE'
  | 'UNKNOWN_LISTENER'
  | 'UNKNOWN_GROUP'
  | 'TOPIC_EXISTS'
  | 'ILLEGAL_TRANSITION'
  | 'UNUSED_FAULTS'
  | 'DEADLINE'
  | 'CHAOS'
  | 'WITNESS'
  | 'NOT_WATCHING'
  | 'INVALID_FAULT'
  | 'PERSIST_LOCKED'
  | 'PERSIST_FORMAT'
  | 'PERSIST_DAMAGED'
  | 'PERSIST_UNWRITABLE'
  | 'CLOSED';

/**
 * An error of the broker's own controls, never of a client's request: clients get Kafka error codes over the wire.
 *
 * The message says what happened, to what, and what to do; `facts` holds the same values as fields.
 */
export class MockBrokerError extends Error {
  override readonly name = 'MockBrokerError';
  /** Which of the closed set of failures this is. */
  readonly code: MockBrokerErrorCode;
  /** The values named in the message, for assertions and logs. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: MockBrokerErrorCode, message: string, facts: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

/** Whether a caught value is an error of the broker's own controls. */
export function isMockBrokerError(error: unknown): error is MockBrokerError {
  return error instanceof MockBrokerError;
}
