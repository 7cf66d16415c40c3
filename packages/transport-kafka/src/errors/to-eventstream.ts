import { EventstreamError, isEventstreamError } from '@eventstream/core';
import { BrokerLost } from '../network/broker-lost.ts';
import { UnsupportedByBroker } from '../network/unsupported-by-broker.ts';
import { AuthenticationFailed } from '../security/authentication-failed.ts';
import type { Attempt } from './attempt.ts';
import { authenticationError } from './code-error.ts';

/** The error the port promises for whatever went wrong on the way to an answer. */
export function toEventstreamError(error: unknown, { operation, brokers }: Attempt): EventstreamError {
  if (isEventstreamError(error)) return error;
  if (error instanceof AuthenticationFailed) return authenticationError(error.message, brokers, error);
  if (error instanceof UnsupportedByBroker) {
    return new EventstreamError('broker-refused', {
      message: `${operation}: ${error.message} Use a newer broker, or leave the feature out.`,
      facts: { operation, kafkaCode: 'UNSUPPORTED_VERSION' },
      cause: error,
    });
  }
  if (error instanceof BrokerLost) {
    return new EventstreamError('transport-unreachable', {
      message: `${operation}: no answer from ${brokers.join(', ')} (${error.message}). Check that they run, the port, TLS and SASL.`,
      facts: { brokers },
      cause: error,
    });
  }
  return new EventstreamError('internal', {
    message: `${operation} failed inside the kafka transport: ${(error as Error)?.message ?? String(error)}. Please report it.`,
    facts: { where: `transport-kafka ${operation}` },
    cause: error,
  });
}
