import { type Clock, isEventstreamError, type Random } from '@eventstream/core';
import type { AnyApi, RequestInput, ResponseOf } from '@eventstream/kafka-protocol';
import type { Cluster } from '../cluster/cluster.ts';
import type { Coordinators } from '../cluster/coordinators.ts';
import { type PersistOptions, persist } from '../cluster/persist.ts';
import type { Attempt } from '../errors/attempt.ts';
import type { Link, LinkSending, Ready } from '../network/link.ts';

/** What every membership stands on. */
export type GroupContext = {
  readonly group: string;
  readonly topics: readonly string[];
  readonly instanceId: string | null;
  /** Who shares the partitions out in groups whose coordinator does; null leaves the choice to it. */
  readonly serverAssignor: string | null;
  readonly fetch: { readonly rack: string };
  /** How long a member that is not heard of is still one. In groups whose coordinator says how long: its default. */
  readonly sessionTimeoutMs: number;
  /** How long the group waits for a member to join again. */
  readonly rebalanceTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly cluster: Cluster;
  readonly coordinators: Coordinators;
  readonly brokers: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
};

/** The way to the group's coordinator. Joining waits there, so a group has a connection of its own. */
export class GroupLink {
  readonly #context: GroupContext;
  readonly #of: { readonly kind: 'group'; readonly key: string };

  constructor(context: GroupContext) {
    this.#context = context;
    this.#of = { kind: 'group', key: context.group };
  }

  attempt(operation: string, epoch = -1): Attempt {
    const { group, brokers } = this.#context;
    return { operation: `${operation} group "${group}"`, group, brokers, epoch };
  }

  /** Asks the coordinator, whoever that is now. Rejects with what the way there or the way back rejects with. */
  async ask<Of extends AnyApi>(
    api: Of,
    request: RequestInput<Of> | ((ready: Ready & { readonly version: number }) => RequestInput<Of>),
    sending?: LinkSending,
  ): Promise<ResponseOf<Of>> {
    return (await this.link()).request(api, request, sending);
  }

  link(): Promise<Link> {
    const { coordinators, group } = this.#context;
    return coordinators.link(this.#of, this.attempt('find the coordinator of'), `group ${group}`);
  }

  /** The id of a topic, if the brokers have told one. */
  topicId(name: string): string | undefined {
    return this.#context.cluster.topics.find(name)?.id;
  }

  /** The coordinator has moved, or does not answer. */
  forget(): void {
    this.#context.coordinators.forget(this.#of);
  }

  /** Tries for as long as a request may take; each time at the coordinator of that moment. */
  insist<Value>(attempt: Attempt, work: () => Promise<Value>, wait: PersistOptions['wait'] = {}): Promise<Value> {
    const { clock, random, cluster, requestTimeoutMs: timeoutMs } = this.#context;
    return persist(work, {
      ...{ attempt, clock, random, timeoutMs, wait },
      onFailure: (error) => {
        this.forget();
        // It may be there by now, or under another id.
        if (isEventstreamError(error, 'topic-missing')) void cluster.refresh();
      },
      onClose: (listener) => cluster.onClose(listener),
    });
  }
}
