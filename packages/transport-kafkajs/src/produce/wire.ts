import type { Failure } from '../client/errors.ts';
import type { Batch, Stored } from './batch.ts';

/** What became of one batch of a request. */
export type Outcome =
  | { readonly kind: 'stored'; readonly stored: Stored }
  /** The request succeeded, but its answer says nothing about this partition: the batch was not sent. */
  | { readonly kind: 'unanswered' }
  /** The request would have gone to several brokers and was not made. */
  | { readonly kind: 'unsent' }
  /** The request failed. When several batches shared it, nobody knows which of them the failure is about. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly shared: boolean };

/** Carries batches to their leaders. */
export interface Wire {
  /** Sends batches of different partitions in one request. One outcome per batch, in their order; never rejects. */
  send(batches: readonly Batch[]): Promise<readonly Outcome[]>;
  /** Drops connections and metadata, and keeps what repeats are known by. Waits for what is under way. */
  reconnect(): void;
}

/** Gives out wires. */
export interface Wires {
  /** The wire new batches go out by. */
  current(): Wire;
  /** Replaces a wire that is no longer fit, for batches that have not been sent yet. */
  retire(wire: Wire): void;
  /** A batch begins, or stops, using a wire. */
  hold(wire: Wire): void;
  release(wire: Wire): void;
}
