import type { Cluster } from '../cluster/cluster.ts';
import type { Connection } from '../network/connection.ts';
import type { Link, Ready } from '../network/link.ts';
import type { Batch } from './batch.ts';
import type { PartitionQueue } from './partition-queue.ts';

/** A batch that goes out now. */
export type Boarding = { readonly queue: PartitionQueue; readonly batch: Batch };

/** What {@link Pump} tells of. */
export type PumpEvents = {
  /** Batches of different partitions with the same leader, to be sent in one request. */
  readonly onBoarding: (ready: Ready, boarding: readonly Boarding[]) => void;
  /** The leader of these could not be reached. */
  readonly onUnreachable: (queues: readonly PartitionQueue[], error: unknown) => void;
};

/** Requests on their way over one connection: enough to keep it busy, few enough that batches grow while they wait. */
const mostRequests = 5;
/** A request stops taking batches in at this size. */
const requestBytes = 8 * 1024 * 1024;

/** Decides which batches go out together, to whom, and when there is room for them. */
export class Pump {
  readonly #cluster: Cluster;
  readonly #events: PumpEvents;
  readonly #idempotent: boolean;
  readonly #ready = new Set<PartitionQueue>();
  readonly #opening = new Set<Link>();
  readonly #requests = new Map<Connection, number>();
  #scheduled = false;
  #looking = false;

  constructor(cluster: Cluster, { idempotent, ...events }: PumpEvents & { readonly idempotent: boolean }) {
    this.#cluster = cluster;
    this.#idempotent = idempotent;
    this.#events = events;
  }

  /** The partition may have something to send: looked at at the end of the turn, so that what the turn appends goes along. */
  offer(queue: PartitionQueue): void {
    this.#ready.add(queue);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.run();
    });
  }

  /** Sends what can be sent now. */
  run(): void {
    for (;;) {
      const groups = this.#board();
      if (groups.size === 0) return;
      for (const [ready, boarding] of groups) this.#events.onBoarding(ready, boarding);
    }
  }

  /** A request was handed to its connection. */
  departed(connection: Connection): void {
    this.#requests.set(connection, (this.#requests.get(connection) ?? 0) + 1);
  }

  /** It was answered, or never will be. */
  returned(connection: Connection): void {
    const left = (this.#requests.get(connection) ?? 1) - 1;
    if (left === 0) this.#requests.delete(connection);
    else this.#requests.set(connection, left);
  }

  #board(): Map<Ready, Boarding[]> {
    const groups = new Map<Ready, Boarding[]>();
    const sizes = new Map<Ready, number>();
    let unled = false;
    for (const queue of this.#ready) {
      const batch = queue.next(this.#idempotent);
      if (batch === undefined) {
        this.#ready.delete(queue);
        continue;
      }
      const link = this.#linkFor(queue);
      if (link === undefined) unled = true;
      const ready = link?.ready;
      if (ready === undefined) {
        if (link !== undefined) this.#open(link);
        continue;
      }
      const size = sizes.get(ready) ?? 0;
      if (!this.#hasRoom(queue, ready) || (size > 0 && size + batch.content.size > requestBytes)) continue;
      sizes.set(ready, size + batch.content.size);
      const boarding = groups.get(ready) ?? [];
      if (boarding.length === 0) groups.set(ready, boarding);
      boarding.push({ queue, batch });
    }
    if (unled) this.#look();
    return groups;
  }

  /** One look for all that have no leader, however often they are offered: each look ends in a run. */
  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    void this.#cluster.refresh().then(() => {
      this.#looking = false;
      this.run();
    });
  }

  #linkFor({ topic, partition }: PartitionQueue): Link | undefined {
    const leader = this.#cluster.leaderOf(topic, partition)?.leader ?? -1;
    // On its own: an answer waits for the replicas, and one that does not come would hold up the question for another leader.
    return leader < 0 ? undefined : this.#cluster.brokers.link(leader, 'produce');
  }

  /** What is on its way over another connection comes back first, or the two could overtake one another. */
  #hasRoom(queue: PartitionQueue, { connection }: Ready): boolean {
    if (queue.flying > 0 && queue.connection !== connection) return false;
    return (this.#requests.get(connection) ?? 0) < mostRequests;
  }

  #open(link: Link): void {
    if (this.#opening.has(link)) return;
    this.#opening.add(link);
    link.open().then(
      () => {
        this.#opening.delete(link);
        this.run();
      },
      (error: unknown) => {
        this.#opening.delete(link);
        const queues = [...this.#ready].filter((queue) => this.#linkFor(queue) === link);
        this.#events.onUnreachable(queues, error);
      },
    );
  }
}
