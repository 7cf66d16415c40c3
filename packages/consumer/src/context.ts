import type { EventstreamError, MomentHub, PartitionOffset, Transport } from '@eventstream/core';
import type { Trouble } from './failure.ts';
import type { Settings } from './settings.ts';

/** What a consumer counts. */
export interface Tally {
  handled: number;
  deadLettered: number;
  dropped: number;
  retried: number;
}

/** What every part of one consumer works with. */
export interface Context {
  readonly settings: Settings;
  readonly transport: Transport;
  readonly moments: MomentHub;
  readonly tally: Tally;
  readonly trouble: Trouble;
  /** The last commit of each partition, by name. */
  readonly commits: Map<string, PartitionOffset>;
  /** True from the request to stop: nothing new begins. */
  draining(): boolean;
  /** Ends the consumer; `run` rejects with the first such error once it has drained. */
  fail(error: EventstreamError): void;
}
