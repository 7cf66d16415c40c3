import type { TopicPartition } from '@eventstream/core';

/** One assigned partition as it is read. */
export class Reading implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** The ownership it is read under. */
  epoch: number;
  /** The next offset to fetch; unknown until it was looked up. */
  next: number | undefined;
  paused = false;
  /** A fetch that asks for it is on its way. */
  fetching = false;
  /** What came while it was paused. */
  held: (() => void) | undefined;
  /** Rises with every seek: what was fetched before is not what is wanted any more. */
  turn = 0;
  /** Not fetched again before, on the clock's `elapsed`; after a failure. */
  notBefore = 0;
  failures = 0;
  /** Of the last batch that was read; -1 before the first. */
  lastEpoch = -1;
  /** The leader's epoch under which the position was found to be right. */
  validEpoch = -1;
  /** The topic that is read: one of the same name with another id is another topic (KIP-516). */
  topicId: string | undefined;
  /** The replica the leader sent this consumer to (KIP-392), and until when that holds. */
  preferred: { readonly node: number; readonly until: number } | undefined;

  constructor({ topic, partition }: TopicPartition, epoch: number) {
    this.topic = topic;
    this.partition = partition;
    this.epoch = epoch;
  }

  /** Goes on elsewhere; what is on its way or held back counts no more. */
  seek(offset: number): void {
    this.next = offset;
    this.turn += 1;
    this.held = undefined;
  }
}
