import { isEventstreamError, type Moments } from '@eventstream/core';
import { otherError } from './semconv.ts';

const lowCardinality = /^[A-Za-z_$][\w$.-]{0,63}$/;
const limit = 64;

function nameOf(error: Error): string {
  if (error.name !== 'Error') return error.name;
  // Node's system errors are all called Error and tell themselves apart by `code`; many classes never set `name`.
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : error.constructor.name;
}

function typeOf(error: unknown): string {
  if (isEventstreamError(error, 'delivery-failed') || isEventstreamError(error, 'broker-refused')) {
    return error.facts.kafkaCode;
  }
  if (isEventstreamError(error, 'handler-failed') && error.cause !== undefined) return typeOf(error.cause);
  if (isEventstreamError(error)) return error.code;
  return error instanceof Error ? nameOf(error) : otherError;
}

/**
 * Values for `error.type`: Kafka's own code where there is one, our code, the error's class or system code, else `_OTHER`.
 * At most 64 different ones, whatever an application throws, so that they stay fit for metrics.
 */
export class ErrorTypes {
  readonly #known = new Set<string>();

  of(error: unknown): string {
    const type = typeOf(error);
    if (this.#known.has(type)) return type;
    if (this.#known.size >= limit || !lowCardinality.test(type)) return otherError;
    this.#known.add(type);
    return type;
  }
}

/** Whether a handling failed. What a policy drops without an error was meant to be dropped. */
export function isFailure({ settlement, error }: Moments['consumer.settled']): boolean {
  return settlement === 'dead-lettered' || (settlement === 'dropped' && error !== undefined);
}
