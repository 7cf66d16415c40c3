import type { Failure } from '../client/errors.ts';
import type { Batch, Stored } from './batch.ts';
import type { Outcome } from './wire.ts';

/** What is done with a batch after an attempt. */
export type Step =
  | { readonly do: 'resolve'; readonly stored: Stored }
  | { readonly do: 'split' }
  | { readonly do: 'too-large' }
  | { readonly do: 'refuse'; readonly failure: Failure }
  | {
      readonly do: 'again';
      readonly reason: string;
      /** Pause first. Finding out which batch of a shared request failed needs none. */
      readonly pause: boolean;
      readonly recovery: Recovery;
    };

/** What is done to the wire before a batch goes out again. */
export type Recovery =
  | 'none'
  /** The same producer id over fresh connections and metadata. */
  | 'reconnect'
  /** A new producer id as well. */
  | 'renew';

/** Facts the decision rests on. */
export interface StepContext {
  /** Failures of this batch in a row, this one included. */
  readonly failures: number;
  readonly idempotent: boolean;
}

/** A topic may be unknown to one broker for a moment; after this many tries it is gone. About six seconds. */
const unknownTopicTries = 10;

/** kafkajs can be stuck with the metadata of a deleted topic or a wrong idea of who is who: fresh, it is not. */
const triesPerConnection = 3;

const unanswered: Failure = {
  code: 'UNKNOWN_TOPIC_OR_PARTITION',
  message: 'the answer said nothing about the partition',
  meaning: { kind: 'topic-missing', retriable: true, batch: 'resend' },
  cause: undefined,
};

function recovery(failure: Failure, batch: Batch, { failures, idempotent }: StepContext): Recovery {
  if (failure === unanswered) return 'reconnect';
  // A lock that kafkajs never released outlives its connections.
  if (failure.meaning.batch === 'renew' || failure.code === 'LockTimeout') return 'renew';
  if (failures % triesPerConnection !== 0) return 'none';
  // A new producer id forgets what was sent under the old one: not while that may be stored.
  return idempotent && batch.maybeStored ? 'reconnect' : 'renew';
}

function again(failure: Failure, batch: Batch, context: StepContext): Step {
  const gone = failure.code === 'UNKNOWN_TOPIC_OR_PARTITION' && context.failures >= unknownTopicTries;
  if (gone) return { do: 'refuse', failure };
  return { do: 'again', reason: failure.code, pause: true, recovery: recovery(failure, batch, context) };
}

/** Decides what happens to a batch: every way an attempt can end, and nothing else. */
export function nextStep(batch: Batch, outcome: Outcome, context: StepContext): Step {
  if (outcome.kind === 'stored') return { do: 'resolve', stored: outcome.stored };
  if (outcome.kind === 'unanswered') return again(unanswered, batch, context);
  if (outcome.kind === 'unsent') return { do: 'again', reason: 'LEADERS_DIFFER', pause: false, recovery: 'none' };
  const { failure, shared } = outcome;
  if (shared) return { do: 'again', reason: failure.code, pause: false, recovery: 'none' };
  switch (failure.meaning.batch) {
    case 'stored':
      return { do: 'resolve', stored: { offset: -1, logAppendTime: -1 } };
    case 'split':
      return batch.records > 1 ? { do: 'split' } : { do: 'too-large' };
    case 'refuse':
      return { do: 'refuse', failure };
    default:
      return again(failure, batch, context);
  }
}
