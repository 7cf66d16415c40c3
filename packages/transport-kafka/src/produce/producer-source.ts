import type { EventstreamError } from '@eventstream/core';
import type { Ready } from '../network/link.ts';
import type { PartitionQueue } from './partition-queue.ts';

/** What brokers know a producer by. */
export type ProducerIdentity = { readonly id: bigint; readonly epoch: number };

/** Where records get their producer from: nobody, an idempotent producer, or a transaction. */
export type ProducerSource = {
  readonly transactionalId: string | null;
  /** The newest version of Produce that may be sent. */
  readonly produceCap: number;
  /** The identity to send under; nothing while it has to be asked for. */
  readonly known: ProducerIdentity | undefined;
  /** Gets an identity. Rejects with what cannot pass. */
  ask(stopped: () => boolean): Promise<unknown>;
  /** Whether the producer may raise its epoch by itself (KIP-360). A transaction ends instead. */
  readonly renews: boolean;
  /** Told that a partition has used the last epoch of its producer id. */
  exhausted?(): void;
  /** What must be done before these partitions may be sent to; nothing when they may. */
  enlist(queues: readonly PartitionQueue[], ready: Ready): Promise<void> | undefined;
  /** A batch is refused, or given up. */
  failed?(error: EventstreamError): void;
};
