import { EventstreamError, isEventstreamError } from '@eventstream/core';
import { type CodeMeaning, codeName, meaningOf, noAnswer } from './kafka-codes.ts';

/** The fields kafkajs's errors carry, one or another. */
interface KafkajsError extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
}

/** A failure of kafkajs, understood. */
export interface Failure {
  /** Kafka's code, or the name of what went wrong on the way to a broker. */
  readonly code: string;
  readonly message: string;
  readonly meaning: CodeMeaning;
  readonly cause: unknown;
}

/** What was tried, for errors that name it. */
export interface Attempt {
  readonly operation: string;
  readonly brokers: readonly string[];
  readonly topic?: string;
  readonly group?: string;
  readonly epoch?: number;
}

/** Missing codecs and features: kafkajs says so by name, and trying again cannot help. */
const hopeless = new Set([
  'KafkaJSNotImplemented',
  'KafkaJSServerDoesNotSupportApiKey',
  'KafkaJSUnsupportedMagicByteInMessageSet',
]);

/** kafkajs wraps an error once for every retry loop it passes; the innermost one knows. */
function innermost(error: unknown): KafkajsError {
  let current = error as KafkajsError;
  while (current?.cause instanceof Error && current.type === undefined) current = current.cause as KafkajsError;
  return current instanceof Error ? current : new Error(String(current));
}

/** Reads a failure of kafkajs. Whatever is not understood counts as "no answer": it may pass, and the batch may be stored. */
export function readFailure(error: unknown): Failure {
  const inner = innermost(error);
  const { message } = inner;
  if (typeof inner.type === 'string') {
    const code = codeName(inner.type, message);
    return { code, message, meaning: meaningOf(code, inner.retriable === true), cause: error };
  }
  if (inner.name === 'KafkaJSSASLAuthenticationError') {
    return {
      code: 'SASL_AUTHENTICATION_FAILED',
      message,
      meaning: meaningOf('SASL_AUTHENTICATION_FAILED', false),
      cause: error,
    };
  }
  const code = inner.name.replace(/^KafkaJS/, '');
  if (hopeless.has(inner.name)) return { code, message, meaning: meaningOf(code, false), cause: error };
  return { code, message, meaning: noAnswer, cause: error };
}

function authentication(failure: Failure, { brokers }: Attempt): EventstreamError {
  return new EventstreamError('authentication-failed', {
    message: `${brokers.join(', ')} refused the credentials (${failure.message}). Check mechanism, user name and password or token.`,
    facts: { brokers },
    cause: failure.cause,
  });
}

function resourceOf({ code }: Failure, { group, topic }: Attempt): string {
  if (code === 'GROUP_AUTHORIZATION_FAILED') return group ?? 'group';
  return code === 'TOPIC_AUTHORIZATION_FAILED' ? (topic ?? 'topic') : 'cluster';
}

function authorization(failure: Failure, attempt: Attempt): EventstreamError {
  const { operation } = attempt;
  const resource = resourceOf(failure, attempt);
  const hint = operation === 'produce' && resource === 'cluster' ? ' Or set idempotent: false.' : '';
  return new EventstreamError('authorization-failed', {
    message: `${operation} is not allowed on "${resource}" (${failure.code}). Grant it, or use a principal that has it.${hint}`,
    facts: { operation, resource },
    cause: failure.cause,
  });
}

function unreachable(failure: Failure, { operation, brokers }: Attempt): EventstreamError {
  return new EventstreamError('transport-unreachable', {
    message: `${operation}: no answer from ${brokers.join(', ')} (${failure.message}). Check that they run, the port, TLS and SASL.`,
    facts: { brokers },
    cause: failure.cause,
  });
}

function refused(failure: Failure, { operation }: Attempt): EventstreamError {
  return new EventstreamError('broker-refused', {
    message: `${operation} was refused with ${failure.code}: ${failure.message}`,
    facts: { operation, kafkaCode: failure.code },
    cause: failure.cause,
    retriable: failure.meaning.retriable,
  });
}

/** The error for an epoch that is over. */
export function fencedError(group: string, epoch: number, cause?: unknown): EventstreamError<'fenced'> {
  return new EventstreamError('fenced', {
    message: `Epoch ${epoch} no longer owns its partitions in group "${group}"; the commit was refused. Their new owner reads those records again.`,
    facts: { group, epoch },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a topic that is not there. */
export function topicMissing(topic: string, cause?: unknown): EventstreamError<'topic-missing'> {
  return new EventstreamError('topic-missing', {
    message: `Topic "${topic}" does not exist. Create it, or set autoCreateTopics.`,
    facts: { topic },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for everything asked of a transport that was closed. */
export function transportClosed(): EventstreamError<'transport-closed'> {
  return new EventstreamError('transport-closed', {
    message: 'The kafkajs transport is closed. Connect it before use.',
    facts: { transport: 'kafkajs' },
  });
}

/** Ours for theirs: the error the port promises for a failure of kafkajs. */
export function toEventstreamError(error: unknown, attempt: Attempt): EventstreamError {
  // Ours may have gone through kafkajs, which wraps it.
  const inner = innermost(error);
  if (isEventstreamError(inner)) return inner;
  const failure = readFailure(error);
  switch (failure.meaning.kind) {
    case 'authentication':
      return authentication(failure, attempt);
    case 'authorization':
      return authorization(failure, attempt);
    case 'topic-missing':
      return attempt.topic === undefined ? refused(failure, attempt) : topicMissing(attempt.topic, failure.cause);
    case 'fenced':
      return attempt.group === undefined
        ? refused(failure, attempt)
        : fencedError(attempt.group, attempt.epoch ?? 0, failure.cause);
    case 'unreachable':
      return unreachable(failure, attempt);
    default:
      return refused(failure, attempt);
  }
}
