import type { TransactionEnd } from '@eventstream/kafka-protocol';
import type { GroupCoordinator } from '../groups/coordinator.ts';
import type { SequencedMarker } from '../log/producer-window.ts';
import type { Observers } from '../observers.ts';
import type { ProducerIdentity } from '../producers/producer-ids.ts';
import type { Clock } from '../time/clock.ts';
import { appendMarker } from '../topics/append.ts';
import type { Catalog } from '../topics/catalog.ts';
import type { Transaction } from './transaction.ts';

/** What is needed to tell partitions and groups how a transaction ended. */
export type MarkerSurroundings = {
  readonly catalog: Catalog;
  readonly groups: GroupCoordinator;
  readonly clock: Clock;
  readonly observers: Observers;
};

/** How a transaction ended, and under which identity the markers say so. */
export type Ending = { readonly type: TransactionEnd; readonly identity: ProducerIdentity };

/** Ends a transaction everywhere it touched. A topic deleted meanwhile has nothing left to decide. */
export function writeMarkers(around: MarkerSurroundings, transaction: Transaction, { type, identity }: Ending): void {
  const { producerId, producerEpoch: epoch } = identity;
  const marker: SequencedMarker = { producerId, epoch, coordinatorEpoch: 0 };
  const { clock, observers } = around;
  for (const { topic: name, partition: index } of transaction.partitions()) {
    const topic = around.catalog.byName(name);
    const partition = topic?.partition(index);
    if (topic && partition) appendMarker({ topic, partition, now: clock.now(), observers }, marker, type);
  }
  for (const groupId of transaction.groups()) around.groups.decide(groupId, producerId, type === 'commit');
}
