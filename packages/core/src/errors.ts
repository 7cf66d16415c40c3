const brand = Symbol.for('@eventstream/error');

/**
 * Every error code of Eventstream with the facts its error carries. Closed: a `switch` over `code` is exhaustive.
 * Whether a code is worth retrying is the one table below, never decided at a call site.
 */
export interface ErrorFacts {
  'config-invalid': { readonly option: string };
  'event-unknown': { readonly type: string; readonly known: readonly string[] };
  'event-invalid': {
    readonly type: string;
    readonly issues: readonly { readonly path: string; readonly message: string }[];
  };
  'key-invalid': { readonly type: string };
  'envelope-invalid': { readonly reason: string };
  'record-too-large': { readonly topic: string; readonly bytes: number; readonly limit: number };
  'record-corrupt': { readonly topic: string; readonly partition: number; readonly offset: number };
  'topic-missing': { readonly topic: string };
  'partition-missing': { readonly topic: string; readonly partition: number };
  'transport-unreachable': { readonly brokers: readonly string[] };
  'transport-closed': { readonly transport: string };
  'delivery-failed': {
    readonly topic: string;
    readonly partition: number;
    readonly attempts: number;
    readonly kafkaCode: string;
  };
  'delivery-timeout': { readonly topic: string; readonly partition: number; readonly timeoutMs: number };
  'buffer-full': { readonly bytes: number; readonly limit: number };
  'broker-refused': { readonly operation: string; readonly kafkaCode: string };
  'authentication-failed': { readonly brokers: readonly string[] };
  'authorization-failed': { readonly operation: string; readonly resource: string };
  fenced: { readonly group: string; readonly epoch: number };
  'producer-fenced': { readonly transactionalId: string; readonly epoch: number };
  'transaction-state': { readonly transactionalId: string; readonly state: string };
  'offset-out-of-range': { readonly topic: string; readonly partition: number; readonly offset: number };
  timeout: { readonly operation: string; readonly timeoutMs: number };
  aborted: { readonly operation: string };
  closed: { readonly what: string };
  'handler-failed': { readonly type: string; readonly attempts: number };
  'dead-letter-failed': { readonly topic: string; readonly partition: number; readonly offset: number };
  'port-taken': { readonly host: string; readonly port: number };
  internal: { readonly where: string };
}

/** The closed union of error codes. */
export type ErrorCode = keyof ErrorFacts;

const retriableCodes: Record<ErrorCode, boolean> = {
  'config-invalid': false,
  'event-unknown': false,
  'event-invalid': false,
  'key-invalid': false,
  'envelope-invalid': false,
  'record-too-large': false,
  'record-corrupt': false,
  'topic-missing': false,
  'partition-missing': false,
  'transport-unreachable': true,
  'transport-closed': false,
  // The driver has used its own retries up; the same bytes may still succeed when the cluster is well again.
  'delivery-failed': true,
  'delivery-timeout': true,
  'buffer-full': true,
  'broker-refused': false,
  'authentication-failed': false,
  'authorization-failed': false,
  fenced: false,
  'producer-fenced': false,
  'transaction-state': false,
  'offset-out-of-range': false,
  timeout: true,
  aborted: false,
  closed: false,
  'handler-failed': false,
  'dead-letter-failed': true,
  'port-taken': false,
  internal: false,
};

/** What {@link EventstreamError} is made of. */
export interface ErrorInit<Code extends ErrorCode> {
  /** What happened, to what, and what to do about it. */
  readonly message: string;
  readonly facts: ErrorFacts[Code];
  readonly cause?: unknown;
  /** Overrides the table where the cluster itself said whether a retry can help. */
  readonly retriable?: boolean;
}

/**
 * The one error class of the SDK: a closed `code`, the facts an operator needs, and whether a retry can help.
 *
 * @example
 * ```ts
 * import { EventstreamError, isEventstreamError } from '@eventstream/core';
 *
 * const error: unknown = new EventstreamError('topic-missing', {
 *   message: 'Topic "shop.orders" does not exist. Create it or turn on automatic topic creation.',
 *   facts: { topic: 'shop.orders' },
 * });
 * if (isEventstreamError(error, 'topic-missing')) console.assert(error.facts.topic === 'shop.orders');
 * ```
 */
export class EventstreamError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'EventstreamError';
  readonly code: Code;
  readonly facts: ErrorFacts[Code];
  /** True when the same call may succeed later without a change by the caller. */
  readonly retriable: boolean;

  constructor(code: Code, init: ErrorInit<Code>) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.facts = init.facts;
    this.retriable = init.retriable ?? retriableCodes[code];
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Whether a value is an {@link EventstreamError}, and with `code` whether it is that one. Works across copies of this
 * package, where `instanceof` does not.
 *
 * @example
 * ```ts
 * import { isEventstreamError } from '@eventstream/core';
 *
 * console.assert(isEventstreamError(new Error('other')) === false);
 * ```
 */
export function isEventstreamError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is EventstreamError<Code> {
  const branded = typeof error === 'object' && error !== null && brand in error;
  return branded && (code === undefined || (error as { readonly code?: unknown }).code === code);
}

/** The typed error for a wrong option: names the option and says what it should be. */
export function configError(option: string, message: string): EventstreamError<'config-invalid'> {
  return new EventstreamError('config-invalid', { message: `Option "${option}": ${message}`, facts: { option } });
}
