import type {
  EventstreamError,
  MomentHub,
  PartitionOffset,
  Subscription,
  SubscriptionRequest,
  TopicPartition,
  WaitOptions,
} from '@eventstream/core';
import { ends, listOffsets } from '../admin/offset-lookup.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { persist } from '../cluster/persist.ts';
import { codecs } from '../codecs.ts';
import { fencedError } from '../errors/code-error.ts';
import type { Membership, MembershipEvents } from '../group/membership.ts';
import type { Committer } from '../group/offsets.ts';
import type { Settings } from '../settings.ts';
import { Fetcher } from './fetcher.ts';
import type { Loss } from './position-check.ts';
import { Reading } from './reading.ts';
import { outOfRange, place } from './start-positions.ts';

/** What a subscription stands on. */
export type SubscriptionContext = {
  readonly settings: Settings;
  readonly brokers: readonly string[];
  readonly moments: MomentHub;
  readonly cluster: Cluster;
  /** Makes the member that joins the group for it. */
  readonly membership: (events: MembershipEvents) => Membership;
  /** Called once it has ended, for whatever reason. */
  readonly ended: (subscription: KafkaSubscription) => void;
};

const closeMs = 10_000;
const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/** A membership of a group and what it reads: partitions come and go, positions and the rising epoch are kept here. */
export class KafkaSubscription implements Subscription {
  readonly #context: SubscriptionContext;
  readonly #request: SubscriptionRequest;
  readonly #membership: Membership;
  readonly #fetcher: Fetcher;
  readonly #readings = new Map<string, Reading>();
  #epoch = 0;
  #closed = false;

  constructor(context: SubscriptionContext, request: SubscriptionRequest) {
    const { settings, cluster, brokers } = context;
    this.#context = context;
    this.#request = request;
    this.#membership = context.membership({
      onAssignment: (partitions, kept) => this.#assigned(partitions, kept),
      onRevoked: () => this.#revoke(() => true),
      onError: (error) => this.#trouble(error),
    });
    this.#fetcher = new Fetcher({
      ...settings,
      cluster,
      brokers,
      codecs,
      limits: settings.fetch,
      onBatch: (batch) => request.onRecords(batch),
      onLost: (reading, position, how) => void this.#replace(reading, position, how),
      onTrouble: (_, error) => this.#trouble(error),
    });
  }

  /** Joins. Resolves once the group accepted the member. */
  start(): Promise<void> {
    return this.#membership.start();
  }

  pause(at: TopicPartition): void {
    const reading = this.#readings.get(keyOf(at));
    if (reading !== undefined) reading.paused = true;
  }

  resume(at: TopicPartition): void {
    const reading = this.#readings.get(keyOf(at));
    if (reading === undefined || !reading.paused) return;
    reading.paused = false;
    this.#fetcher.resume(reading);
  }

  seek(position: PartitionOffset): void {
    const reading = this.#readings.get(keyOf(position));
    if (reading === undefined) return;
    reading.seek(position.offset);
    this.#fetcher.wake();
  }

  /** Who would commit these offsets. Throws `fenced` when they are not this owner's. */
  member(offsets: readonly PartitionOffset[], epoch: number): Committer {
    if (!this.#owns(offsets, epoch)) throw fencedError(this.#request.group, epoch);
    return this.#membership.identity;
  }

  async commit(offsets: readonly PartitionOffset[], epoch: number): Promise<void> {
    const { group } = this.#request;
    if (!this.#owns(offsets, epoch)) throw fencedError(group, epoch);
    if (offsets.length === 0) return;
    await this.#membership
      .commit(offsets, () => this.#owns(offsets, epoch))
      .catch((error: EventstreamError) => {
        throw error.code === 'fenced' ? fencedError(group, epoch) : error;
      });
    // It may have gone out under what came after a rebalance that happened meanwhile.
    if (!this.#owns(offsets, epoch)) throw fencedError(group, epoch);
  }

  async close({ timeoutMs = closeMs }: WaitOptions = {}): Promise<void> {
    if (this.#closed) return;
    this.#revoke(() => true);
    this.#end();
    await this.#membership.close(timeoutMs);
  }

  #owns(offsets: readonly PartitionOffset[], epoch: number): boolean {
    return !this.#closed && offsets.every((one) => this.#readings.get(keyOf(one))?.epoch === epoch);
  }

  #end(): void {
    this.#closed = true;
    this.#fetcher.stop();
    this.#context.ended(this);
  }

  #assigned(partitions: readonly TopicPartition[], kept: boolean): void {
    if (this.#closed) return;
    const mine = new Set(partitions.map(keyOf));
    this.#revoke((reading) => !kept || !mine.has(keyOf(reading)));
    this.#epoch += 1;
    const added: Reading[] = [];
    for (const one of partitions) {
      const known = this.#readings.get(keyOf(one));
      if (known !== undefined) {
        known.epoch = this.#epoch;
        continue;
      }
      const reading = new Reading(one, this.#epoch);
      this.#readings.set(keyOf(one), reading);
      added.push(reading);
    }
    this.#publish(partitions, []);
    this.#request.onAssigned(partitions, this.#epoch);
    for (const reading of added) this.#fetcher.add(reading);
    if (added.length > 0) void this.#begin(added);
  }

  #revoke(which: (reading: Reading) => boolean): void {
    const gone = [...this.#readings.values()].filter(which);
    if (gone.length === 0) return;
    for (const reading of gone) {
      this.#readings.delete(keyOf(reading));
      this.#fetcher.remove(reading);
    }
    const partitions = gone.map(({ topic, partition }) => ({ topic, partition }));
    this.#publish([], partitions);
    this.#request.onRevoked(partitions, this.#epoch);
  }

  /** Looks up where new partitions begin. */
  async #begin(readings: readonly Reading[]): Promise<void> {
    const committed = await this.#insist('committed offsets', () => this.#membership.committed(readings));
    if (committed === undefined) return;
    await this.#place(readings, (reading) => committed[readings.indexOf(reading)]);
  }

  /** Lets a reading go on whose position is lost. */
  async #replace(reading: Reading, position: number, how: Loss | undefined): Promise<void> {
    if (how === undefined) return this.#place([reading], () => position);
    // Nothing of what is there now was read: not behind the cut, and not in a topic that was made anew.
    const { cluster, brokers } = this.#context;
    const cutAt = how === 'topic-made-anew' ? undefined : how.cutAt;
    const [first] =
      (await this.#insist('offsets', () => listOffsets({ cluster, brokers }, [reading], ends.earliest))) ?? [];
    if (first === undefined || !this.#isMine(reading) || reading.next !== undefined) return;
    reading.seek(Math.max(cutAt ?? 0, first.offset));
    if (reading.next !== position) this.#trouble(outOfRange(reading, position, reading.next ?? 0));
    this.#fetcher.wake();
  }

  /** Lets readings go on at their position if it exists, and otherwise where it should be, telling of what is lost. */
  async #place(readings: readonly Reading[], position: (reading: Reading) => number | undefined): Promise<void> {
    const { cluster, brokers } = this.#context;
    const isWanted = (reading: Reading) => this.#isMine(reading) && reading.next === undefined;
    const found = await this.#insist('offsets', async () => {
      const first = await listOffsets({ cluster, brokers }, readings, ends.earliest);
      return { first, next: await listOffsets({ cluster, brokers }, readings, ends.latest) };
    });
    if (found === undefined) return;
    readings.forEach((reading, index) => {
      // Sought meanwhile, or not ours any more.
      if (!isWanted(reading)) return;
      const range = { first: found.first[index]?.offset ?? 0, next: found.next[index]?.offset ?? 0 };
      const { offset, lost } = place(position(reading), range, this.#request.startFrom);
      reading.seek(offset);
      if (lost !== undefined) this.#trouble(outOfRange(reading, lost, offset));
    });
    this.#fetcher.wake();
  }

  /** Asks until there is an answer or nobody wants it any more; then there is none. */
  async #insist<Value>(what: string, work: () => Promise<Value>): Promise<Value | undefined> {
    const { settings, brokers, cluster } = this.#context;
    const { clock, random, requestTimeoutMs: timeoutMs } = settings;
    const attempt = { operation: `${what} of group "${this.#request.group}"`, group: this.#request.group, brokers };
    const onFailure = () => void cluster.refresh();
    const onClose = (listener: (reason: EventstreamError) => void) => cluster.onClose(listener);
    const epoch = this.#epoch;
    while (!this.#closed && epoch === this.#epoch) {
      try {
        return await persist(work, { attempt, clock, random, timeoutMs, onFailure, onClose });
      } catch (thrown) {
        const error = thrown as EventstreamError;
        if (error.code === 'fenced') return undefined;
        this.#trouble(error);
        if (!error.retriable) return undefined;
      }
    }
    return undefined;
  }

  #isMine(reading: Reading): boolean {
    return this.#readings.get(keyOf(reading)) === reading;
  }

  #trouble(error: EventstreamError): void {
    if (this.#closed) return;
    if (!error.retriable) {
      this.#revoke(() => true);
      this.#end();
      void this.#membership.close(closeMs);
    }
    this.#request.onError(error);
  }

  #publish(assigned: readonly TopicPartition[], revoked: readonly TopicPartition[]): void {
    const { moments } = this.#context;
    if (!moments.wants('transport.rebalanced')) return;
    moments.publish('transport.rebalanced', { group: this.#request.group, epoch: this.#epoch, assigned, revoked });
  }
}
