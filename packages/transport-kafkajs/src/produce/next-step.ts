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
      /** Under a new producer id and fresh connections. */
      readonly renew: boolean;
    };

/** Facts the decision rests on. */
export interface StepContext {
  /** Failures of this batch in a row, this one included. */
  readonly failures: number;
  readonly idempotent: boolean;
}

/** A topic may be unknown to one broker for a moment; after this many tries it is gone. About six seconds. */
const unknownTopicTries = 10;

/** kafkajs can be stuck with the metadata of a deleted topic, or on a dead seed broker: a new client is not. */
const triesPerClient = 3;

const unanswered: Failure = {
  code: 'UNKNOWN_TOPIC_OR_PARTITION',
  message: 'the answer said nothing about the partition',
  meaning: { kind: 'topic-missing', retriable: true, batch: 'resend' },
  cause: undefined,
};

function again(failure: Failure, batch: Batch, { failures, idempotent }: StepContext): Step {
  const gone = failure.code === 'UNKNOWN_TOPIC_OR_PARTITION' && failures >= unknownTopicTries;
  if (gone) return { do: 'refuse', failure };
  // A new producer id forgets what was sent under the old one: not while that may be stored.
  const worn = failures % triesPerClient === 0 && !(idempotent && batch.maybeStored);
  return { do: 'again', reason: failure.code, pause: true, renew: worn || failure.meaning.batch === 'renew' };
}

/** Decides what happens to a batch: every way an attempt can end, and nothing else. */
export function nextStep(batch: Batch, outcome: Outcome, context: StepContext): Step {
  if (outcome.kind === 'stored') return { do: 'resolve', stored: outcome.stored };
  if (outcome.kind === 'unanswered') return again(unanswered, batch, context);
  const { failure, shared } = outcome;
  if (shared) return { do: 'again', reason: failure.code, pause: false, renew: false };
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
