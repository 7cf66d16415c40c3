import { configError, EventstreamError } from '@eventstream/core';
import type { AnyContract, ContractInput, ContractOutput } from './contract.ts';

type TypesOf<Contracts extends readonly AnyContract[]> = {
  readonly [One in Contracts[number] as One['type']]: {
    readonly input: ContractInput<One>;
    readonly output: ContractOutput<One>;
    readonly topic: One['topic'];
  };
};

/** A set of contracts: the one value from which every type, topic, schema and check flows. Made by {@link defineCatalog}. */
export interface Catalog<Contracts extends readonly AnyContract[] = readonly AnyContract[]> {
  readonly contracts: Contracts;
  /** Every topic of the catalog, once, in order of appearance. */
  readonly topics: readonly Contracts[number]['topic'][];
  /** The contract of a type. Throws `event-unknown`, naming the types there are. */
  contract(type: string): AnyContract;
  /** The contract of a type, or `undefined`. */
  find(type: string): AnyContract | undefined;
  /** Types only; there is nothing here at run time. */
  readonly '~types': TypesOf<Contracts>;
}

/** Any catalog, where its types do not matter. */
export interface AnyCatalog {
  readonly contracts: readonly AnyContract[];
  readonly topics: readonly string[];
  contract(type: string): AnyContract;
  find(type: string): AnyContract | undefined;
  readonly '~types': Readonly<
    Record<string, { readonly input: unknown; readonly output: unknown; readonly topic: string }>
  >;
}

/** The type names of a catalog, as a union. */
export type EventTypes<Source extends AnyCatalog> = keyof Source['~types'] & string;

/** The topics of a catalog, as a union. */
export type EventTopics<Source extends AnyCatalog> = Source['~types'][EventTypes<Source>]['topic'];

/** What a caller sends for a type. */
export type EventInput<Source extends AnyCatalog, Type extends EventTypes<Source>> = Source['~types'][Type]['input'];

/** What a handler receives for a type. */
export type EventData<Source extends AnyCatalog, Type extends EventTypes<Source>> = Source['~types'][Type]['output'];

/** The type names that live on given topics, as a union. */
export type EventTypesOn<Source extends AnyCatalog, Topic extends string> = {
  [Type in EventTypes<Source>]: Source['~types'][Type]['topic'] extends Topic ? Type : never;
}[EventTypes<Source>];

/**
 * A catalog of contracts. Throws `config-invalid` when two contracts claim one type.
 *
 * @example
 * ```ts
 * import { defineCatalog, defineEvent } from '@eventstream/contracts';
 * import { z } from 'zod';
 *
 * const shop = defineCatalog([
 *   defineEvent('shop.cart.changed', {
 *     version: 1,
 *     topic: 'shop.carts',
 *     data: z.object({ sku: z.string(), quantity: z.int() }),
 *   }),
 * ]);
 * console.assert(shop.topics[0] === 'shop.carts');
 * ```
 */
export function defineCatalog<const Contracts extends readonly AnyContract[]>(
  contracts: Contracts,
): Catalog<Contracts> {
  const byType = new Map<string, AnyContract>();
  for (const contract of contracts) {
    if (byType.has(contract.type))
      throw configError('contracts', `"${contract.type}" is defined twice. Give each type one contract.`);
    byType.set(contract.type, contract);
  }
  const find = (type: string) => byType.get(type);
  const catalog: Omit<Catalog<Contracts>, '~types'> = {
    contracts,
    topics: [...new Set(contracts.map(({ topic }) => topic))],
    find,
    contract(type) {
      const contract = find(type);
      if (contract !== undefined) return contract;
      const known = [...byType.keys()];
      throw new EventstreamError('event-unknown', {
        message: `No contract for event type ${JSON.stringify(type)}. Define it, or use one of: ${known.join(', ')}.`,
        facts: { type, known },
      });
    },
  };
  return Object.freeze(catalog) as Catalog<Contracts>;
}
