import type { PartitionOffset, TopicPartition } from '../transport.ts';

/** What a group tells one of its members. */
export interface MemoryMember {
  readonly topics: readonly string[];
  assigned(partitions: readonly TopicPartition[], epoch: number): void;
  revoked(partitions: readonly TopicPartition[], epoch: number): void;
}

const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/** A consumer group: eager rebalancing in member order, round robin over the partitions, one epoch per generation. */
export class MemoryGroup {
  readonly #committed = new Map<string, PartitionOffset>();
  readonly #members: MemoryMember[] = [];
  readonly #owned = new Map<MemoryMember, readonly TopicPartition[]>();
  readonly #partitionsOf: (topic: string) => number;
  epoch = 0;

  constructor(partitionsOf: (topic: string) => number) {
    this.#partitionsOf = partitionsOf;
  }

  join(member: MemoryMember): void {
    this.#members.push(member);
    this.rebalance();
  }

  leave(member: MemoryMember): void {
    const index = this.#members.indexOf(member);
    if (index < 0) return;
    this.#revokeAll();
    this.#members.splice(index, 1);
    this.rebalance();
  }

  /** Takes everything away from everybody and deals it out again, as a classic group does when anything changes. */
  rebalance(): void {
    this.#revokeAll();
    this.epoch += 1;
    const shares = new Map<MemoryMember, TopicPartition[]>(this.#members.map((member) => [member, []]));
    for (const topic of new Set(this.#members.flatMap((member) => member.topics))) {
      const takers = this.#members.filter((member) => member.topics.includes(topic));
      for (let partition = 0; partition < this.#partitionsOf(topic); partition += 1) {
        const taker = takers[partition % takers.length];
        if (taker !== undefined) shares.get(taker)?.push({ topic, partition });
      }
    }
    for (const [member, partitions] of shares) {
      this.#owned.set(member, partitions);
      member.assigned(partitions, this.epoch);
    }
  }

  /** Whether any member reads a topic. */
  reads(topic: string): boolean {
    return this.#members.some((member) => member.topics.includes(topic));
  }

  #revokeAll(): void {
    for (const [member, partitions] of this.#owned) member.revoked(partitions, this.epoch);
    this.#owned.clear();
  }

  owns(member: MemoryMember, partition: TopicPartition, epoch: number): boolean {
    const owned = this.#owned.get(member) ?? [];
    return epoch === this.epoch && owned.some((own) => keyOf(own) === keyOf(partition));
  }

  commit(offsets: readonly PartitionOffset[]): void {
    for (const offset of offsets) this.#committed.set(keyOf(offset), offset);
  }

  committed(partition: TopicPartition): number | undefined {
    return this.#committed.get(keyOf(partition))?.offset;
  }
}
