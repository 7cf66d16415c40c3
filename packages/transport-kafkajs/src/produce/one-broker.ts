import type { Message, PartitionerArgs } from 'kafkajs';

/** Thrown into kafkajs before it sends anything. */
class SpansBrokers extends Error {
  override readonly name = 'SpansBrokers';
}

/**
 * Keeps every request on one broker, as kafkajs sees the brokers at the moment of sending. A request over two brokers of
 * which one fails is rejected as a whole, while the sequence numbers of the other's partitions have moved on: sent again,
 * they would be stored a second time under new numbers. kafkajs asks the partitioner right before it looks up the leaders,
 * in the same turn, so that is where it can be stopped.
 */
export class OneBroker {
  readonly #requests = new WeakMap<Message, { leader?: number }>();

  /** The partition stands in the message: kafkajs must never choose one, since it would choose again on every retry. */
  readonly partitioner = ({ message, partitionMetadata }: PartitionerArgs): number => {
    const partition = message.partition as number;
    const request = this.#requests.get(message);
    if (request === undefined) return partition;
    // One that kafkajs does not know it leaves out, and resolves: the missing answer tells.
    const leader = partitionMetadata.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
    request.leader ??= leader;
    if (request.leader !== leader) throw new SpansBrokers(`partition ${partition} has another leader than the request`);
    return partition;
  };

  /** Marks what one request is made of: a message for each of its partitions. */
  mark(messages: readonly Message[]): void {
    const request = {};
    for (const message of messages) this.#requests.set(message, request);
  }

  /** Whether a request was stopped, so that nothing of it was sent. */
  stopped(error: unknown): boolean {
    for (let current = error; current instanceof Error; current = current.cause) {
      if (current instanceof SpansBrokers) return true;
    }
    return false;
  }
}
