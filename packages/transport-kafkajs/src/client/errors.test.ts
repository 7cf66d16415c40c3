import { EventstreamError } from '@eventstream/core';
import vendor from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { readFailure, toEventstreamError } from './errors.ts';

const brokers = ['b:9092'];
const attempt = { operation: 'try', brokers };

/** An error as kafkajs makes it from a code. */
function protocolError(type: string, more: { retriable?: boolean; message?: string } = {}): Error {
  const source = Object.assign(new Error(more.message ?? `it says ${type}`), {
    type,
    code: 1,
    retriable: more.retriable ?? false,
  });
  return new vendor.KafkaJSProtocolError(source);
}

/** The same after kafkajs's retry loops. */
function wrapped(error: Error): Error {
  const once = new vendor.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 1, retryTime: 1 });
  return Object.assign(new vendor.KafkaJSNonRetriableError(once), { cause: once });
}

describe('a failure of kafkajs', () => {
  test.each([
    ['NOT_LEADER_FOR_PARTITION', 'NOT_LEADER_OR_FOLLOWER'],
    ['NOT_COORDINATOR_FOR_GROUP', 'NOT_COORDINATOR'],
    ['GROUP_LOAD_IN_PROGRESS', 'COORDINATOR_LOAD_IN_PROGRESS'],
    ['REQUEST_TIMED_OUT', 'REQUEST_TIMED_OUT'],
  ])('%s is called %s', (type, code) => {
    expect(readFailure(wrapped(protocolError(type))).code).toBe(code);
  });

  test('a code newer than kafkajs is known by number', () => {
    const throttled = protocolError('KAFKAJS_UNKNOWN_ERROR_CODE', { message: 'Unknown error code 89' });
    expect(readFailure(throttled)).toMatchObject({ code: 'THROTTLING_QUOTA_EXCEEDED', meaning: { retriable: true } });
    const other = protocolError('KAFKAJS_UNKNOWN_ERROR_CODE', { message: 'Unknown error code 123' });
    expect(readFailure(other)).toMatchObject({ code: 'CODE_123', meaning: { retriable: false, batch: 'refuse' } });
  });

  test.each([
    ['NOT_LEADER_FOR_PARTITION', true, { batch: 'resend' }],
    ['REQUEST_TIMED_OUT', true, { batch: 'resend', maybeStored: true }],
    ['NOT_ENOUGH_REPLICAS', true, { batch: 'resend' }],
    ['MESSAGE_TOO_LARGE', false, { batch: 'split' }],
    ['OUT_OF_ORDER_SEQUENCE_NUMBER', false, { batch: 'renew' }],
    ['DUPLICATE_SEQUENCE_NUMBER', false, { batch: 'stored' }],
    ['INVALID_RECORD', false, { batch: 'refuse' }],
  ])('%s decides what happens to its batch', (type, retriable, meaning) => {
    const found = readFailure(wrapped(protocolError(type, { retriable }))).meaning;
    expect(found).toMatchObject(meaning);
    expect(found.maybeStored ?? false).toBe('maybeStored' in meaning);
  });

  test.each([
    ['a closed connection', new vendor.KafkaJSConnectionError('closed')],
    ['a lost answer', new vendor.KafkaJSRequestTimeoutError('late', {} as never)],
    ['something unheard of', new TypeError('seedBroker is undefined')],
    ['not even an error', 'nonsense'],
  ])('%s leaves the fate of a batch open', (_name, error) => {
    expect(readFailure(error).meaning).toMatchObject({ kind: 'unreachable', batch: 'resend', maybeStored: true });
  });
});

describe('the error the port promises', () => {
  test.each([
    ['SASL_AUTHENTICATION_FAILED', { code: 'authentication-failed', retriable: false, facts: { brokers } }],
    ['TOPIC_AUTHORIZATION_FAILED', { code: 'authorization-failed', facts: { operation: 'try', resource: 't' } }],
    ['GROUP_AUTHORIZATION_FAILED', { code: 'authorization-failed', facts: { operation: 'try', resource: 'g' } }],
    [
      'CLUSTER_AUTHORIZATION_FAILED',
      { code: 'authorization-failed', facts: { operation: 'try', resource: 'cluster' } },
    ],
    ['UNKNOWN_TOPIC_OR_PARTITION', { code: 'topic-missing', facts: { topic: 't' } }],
    ['ILLEGAL_GENERATION', { code: 'fenced', facts: { group: 'g', epoch: 4 } }],
    ['UNKNOWN_MEMBER_ID', { code: 'fenced', facts: { group: 'g', epoch: 4 } }],
    ['REBALANCE_IN_PROGRESS', { code: 'fenced', facts: { group: 'g', epoch: 4 } }],
    [
      'INVALID_SESSION_TIMEOUT',
      { code: 'broker-refused', retriable: false, facts: { operation: 'try', kafkaCode: 'INVALID_SESSION_TIMEOUT' } },
    ],
  ])('for %s', (type, expected) => {
    const error = wrapped(protocolError(type));
    expect(toEventstreamError(error, { ...attempt, topic: 't', group: 'g', epoch: 4 })).toMatchObject({
      ...expected,
      cause: error,
    });
  });

  test('for wrong credentials and for nobody there', () => {
    expect(
      toEventstreamError(Object.assign(new Error('no'), { name: 'KafkaJSSASLAuthenticationError' }), attempt),
    ).toMatchObject({
      code: 'authentication-failed',
    });
    expect(toEventstreamError(new vendor.KafkaJSConnectionError('refused'), attempt)).toMatchObject({
      code: 'transport-unreachable',
      retriable: true,
      facts: { brokers },
    });
  });

  test('is passed on when it is ours already', () => {
    const ours = new EventstreamError('closed', { message: 'closed', facts: { what: 'it' } });
    expect(toEventstreamError(ours, attempt)).toBe(ours);
  });
});
