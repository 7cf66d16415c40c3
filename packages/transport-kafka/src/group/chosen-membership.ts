import { EventstreamError, type PartitionOffset, type TopicPartition } from '@eventstream/core';
import { messages } from '@eventstream/kafka-protocol';
import { type GroupContext, GroupLink } from './group-context.ts';
import type { Membership, MembershipEvents } from './membership.ts';
import type { Committer } from './offsets.ts';

/** Makes a member of either protocol. */
export type MembershipsByProtocol = {
  readonly classic: (events: MembershipEvents) => Membership;
  readonly modern: (events: MembershipEvents) => Membership;
};

/** What a coordinator says to a member by whose protocol the group is not run, and cannot be. */
const otherProtocol: readonly string[] = ['GROUP_ID_NOT_FOUND', 'UNSUPPORTED_VERSION', 'INCONSISTENT_GROUP_PROTOCOL'];

/**
 * A member by the consumer protocol (KIP-848) where the cluster has it, and by the classic one where it has not, or where a group
 * is a classic one that cannot be converted.
 */
export class ChosenMembership implements Membership {
  readonly #context: GroupContext;
  readonly #events: MembershipEvents;
  readonly #makes: MembershipsByProtocol;
  #member: Membership | undefined;
  #closed = false;

  constructor(context: GroupContext, events: MembershipEvents, makes: MembershipsByProtocol) {
    this.#context = context;
    this.#events = events;
    this.#makes = makes;
  }

  async start(): Promise<void> {
    const isModern = await this.#offersModern();
    if (this.#closed) throw closed();
    if (!isModern) return this.#begin(this.#makes.classic(this.#events));
    try {
      await this.#begin(this.#makes.modern({ ...this.#events, onError: (error) => this.#failed(error) }));
    } catch (error) {
      if (this.#closed || !isOtherProtocol(error)) throw error;
      await this.#begin(this.#makes.classic(this.#events));
    }
  }

  get identity(): Committer {
    const { group, instanceId } = this.#context;
    return this.#member?.identity ?? { group, instanceId, memberId: '', generation: -1 };
  }

  async commit(offsets: readonly PartitionOffset[], isOwned: () => boolean): Promise<void> {
    await this.#member?.commit(offsets, isOwned);
  }

  async committed(partitions: readonly TopicPartition[]): Promise<readonly (number | undefined)[]> {
    return (await this.#member?.committed(partitions)) ?? [];
  }

  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    await this.#member?.close(timeoutMs);
  }

  #begin(member: Membership): Promise<void> {
    this.#member = member;
    return member.start();
  }

  /** Whether the group's coordinator serves the consumer protocol, and the cluster has it switched on. */
  #offersModern(): Promise<boolean> {
    const link = new GroupLink(this.#context);
    return link.insist(link.attempt('join'), async () => {
      const { versions } = await (await link.link()).open();
      return versions.feature('group.version') >= 1 && versions.newest(messages.consumerGroupHeartbeat) !== undefined;
    });
  }

  /** The group may have become a classic one while this member was away. */
  #failed(error: EventstreamError): void {
    if (this.#closed || !isOtherProtocol(error)) {
      this.#events.onError(error);
      return;
    }
    this.#begin(this.#makes.classic(this.#events)).catch((reason: EventstreamError) => {
      if (!this.#closed) this.#events.onError(reason);
    });
  }
}

function isOtherProtocol(error: unknown): boolean {
  return (
    error instanceof EventstreamError &&
    otherProtocol.includes(String((error.facts as { kafkaCode?: string }).kafkaCode))
  );
}

function closed(): EventstreamError {
  return new EventstreamError('closed', { message: 'The subscription was closed.', facts: { what: 'subscription' } });
}
