import type { Catalog } from '../../topics/catalog.ts';
import type { ConsumerMember } from './member.ts';
import { topicRegex } from './topic-regex.ts';

/** What the members of a group subscribe to, resolved against the topics there are. */
export class Subscriptions {
  readonly #catalog: Catalog;
  /** Topics by expression, as the member that made them known may see them. */
  readonly #matches = new Map<string, readonly string[]>();
  #seen = '';
  #version = -1;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Looks expressions up again: those not known yet, and all of them when topics have come or gone. */
  resolve(members: Iterable<ConsumerMember>, mayDescribe: (topic: string) => boolean): void {
    const isStale = this.#version !== this.#catalog.version;
    const wanted = new Set([...members].map(({ topicRegex: pattern }) => pattern).filter(Boolean));
    for (const known of this.#matches.keys()) if (!wanted.has(known)) this.#matches.delete(known);
    for (const pattern of wanted) {
      if (!isStale && this.#matches.has(pattern)) continue;
      const regex = topicRegex(pattern);
      const matches = (name: string) => regex instanceof RegExp && regex.test(name) && mayDescribe(name);
      this.#matches.set(
        pattern,
        this.#catalog
          .list()
          .map(({ name }) => name)
          .filter(matches),
      );
    }
    this.#version = this.#catalog.version;
  }

  /** Every topic the member means, whether there is one or not. */
  namesOf({ topicNames, topicRegex: pattern }: ConsumerMember): string[] {
    return [...new Set([...topicNames, ...(this.#matches.get(pattern) ?? [])])];
  }

  topicIdsOf(member: ConsumerMember): string[] {
    return this.namesOf(member).flatMap((name) => this.#catalog.byName(name)?.id ?? []);
  }

  /** True when what is subscribed to is not what it was at the last call: a topic came, went or grew. */
  haveChanged(members: Iterable<ConsumerMember>): boolean {
    const names = new Set([...members].flatMap((member) => this.namesOf(member)));
    const now = [...names]
      .flatMap((name) => {
        const topic = this.#catalog.byName(name);
        return topic ? `${name}/${topic.id}/${topic.partitions.length}` : [];
      })
      .sort()
      .join();
    const changed = now !== this.#seen;
    this.#seen = now;
    return changed;
  }
}

/** Names in one order, each once: to name a topic twice changes nothing. */
export function asSet(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** Whether two such sets are one. */
export function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}
