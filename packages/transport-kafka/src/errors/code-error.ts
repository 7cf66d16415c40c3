import { EventstreamError } from '@eventstream/core';
import { type ErrorName, errorInfo } from '@eventstream/kafka-protocol';
import type { AuthenticationFailed } from '../security/authentication-failed.ts';
import type { Attempt } from './attempt.ts';

/** The kinds of refusal the port tells apart. */
export type Kind = 'authentication' | 'authorization' | 'topic-missing' | 'too-large' | 'fenced' | 'refused';

const kinds: { readonly [Name in ErrorName]?: Kind } = {
  UNKNOWN_TOPIC_OR_PARTITION: 'topic-missing',
  UNKNOWN_TOPIC_ID: 'topic-missing',
  MESSAGE_TOO_LARGE: 'too-large',
  RECORD_LIST_TOO_LARGE: 'too-large',
  ILLEGAL_GENERATION: 'fenced',
  UNKNOWN_MEMBER_ID: 'fenced',
  REBALANCE_IN_PROGRESS: 'fenced',
  FENCED_INSTANCE_ID: 'fenced',
  FENCED_MEMBER_EPOCH: 'fenced',
  STALE_MEMBER_EPOCH: 'fenced',
  UNRELEASED_INSTANCE_ID: 'fenced',
  TOPIC_AUTHORIZATION_FAILED: 'authorization',
  GROUP_AUTHORIZATION_FAILED: 'authorization',
  CLUSTER_AUTHORIZATION_FAILED: 'authorization',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'authorization',
  UNSUPPORTED_SASL_MECHANISM: 'authentication',
  SASL_AUTHENTICATION_FAILED: 'authentication',
  ILLEGAL_SASL_STATE: 'authentication',
};

/** Which kind of refusal a code is. */
export function kindOf(code: number): Kind {
  return kinds[errorInfo(code).name] ?? 'refused';
}

/** The error the port promises for a broker's error code. `said` is the broker's own message, where it sent one. */
export function codeError(code: number, attempt: Attempt, said: string | null = null): EventstreamError {
  const { name, message, retriable } = errorInfo(code);
  const reason = said === null || said === '' ? message : said;
  switch (kindOf(code)) {
    case 'authentication':
      return authenticationError(reason, attempt.brokers);
    case 'authorization':
      return authorization(name, attempt);
    case 'topic-missing':
      // One broker may not know yet, or not any more; who asks for the topic by name finds out whether it is there.
      if (attempt.topic !== undefined) return topicMissing(attempt.topic, retriable);
      break;
    case 'fenced':
      if (attempt.group !== undefined) return fencedError(attempt.group, attempt.epoch ?? 0);
      break;
    default:
  }
  return new EventstreamError('broker-refused', {
    message: `${attempt.operation} was refused with ${name}: ${reason}.`,
    facts: { operation: attempt.operation, kafkaCode: name },
    retriable,
  });
}

/** The error for credentials or certificates that one side refuses. */
export function authenticationError(reason: string, brokers: readonly string[], cause?: AuthenticationFailed) {
  const check = cause?.check ?? 'sasl: mechanism, user name and password or token';
  return new EventstreamError('authentication-failed', {
    message: `Authentication failed. ${reason}. Check ${check}.`,
    facts: { brokers },
    ...(cause === undefined ? {} : { cause }),
  });
}

function authorization(name: ErrorName, attempt: Attempt): EventstreamError {
  const { operation } = attempt;
  const resource = resourceOf(name, attempt);
  const hint = operation === 'produce' && resource === 'cluster' ? ' Or set idempotent: false.' : '';
  return new EventstreamError('authorization-failed', {
    message: `${operation} is not allowed on "${resource}" (${name}). Grant it, or use a principal that has it.${hint}`,
    facts: { operation, resource },
  });
}

function resourceOf(name: ErrorName, { topic = 'topic', group = 'group', transactionalId = 'id' }: Attempt): string {
  if (name === 'GROUP_AUTHORIZATION_FAILED') return group;
  if (name === 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED') return transactionalId;
  return name === 'TOPIC_AUTHORIZATION_FAILED' ? topic : 'cluster';
}

/** The error for an epoch that is over. */
export function fencedError(group: string, epoch: number): EventstreamError<'fenced'> {
  return new EventstreamError('fenced', {
    message: `Epoch ${epoch} no longer owns its partitions in group "${group}"; the commit was refused. Their new owner reads those records again.`,
    facts: { group, epoch },
  });
}

/** The error for a topic that is not there. */
export function topicMissing(topic: string, retriable = false): EventstreamError<'topic-missing'> {
  return new EventstreamError('topic-missing', {
    message: `Topic "${topic}" does not exist. Create it, or set autoCreateTopics.`,
    facts: { topic },
    retriable,
  });
}

/** The error for everything asked of a transport that was closed. */
export function transportClosed(): EventstreamError<'transport-closed'> {
  return new EventstreamError('transport-closed', {
    message: 'The kafka transport is closed. Connect it before use.',
    facts: { transport: 'kafka' },
  });
}
