import { configError, type Duration, parseDuration } from '@eventstream/core';
import type { input, output, ZodType } from 'zod';
import { assertJsonSchema } from './json-only.ts';

/** What a key function may look at besides the data. */
export interface KeyContext {
  /** The CloudEvents subject: for tracked events, the visitor. */
  readonly subject: string | undefined;
  readonly id: string;
}

/** What a contract says of one event type. */
export interface ContractOptions<Topic extends string, Schema extends ZodType> {
  /** Major version of the data, 1 or more. Part of the `dataschema` attribute. */
  readonly version: number;
  /** The Kafka topic: letters, digits, `.`, `_`, `-`, at most 249 characters. */
  readonly topic: Topic;
  /** A zod 4 schema whose output is its own valid input: JSON types without transforms. */
  readonly data: Schema;
  /**
   * Events with equal keys keep their order. Default: the event's subject (the visitor of tracked events), or no key when
   * there is none.
   */
  readonly key?: (data: output<Schema>, context: KeyContext) => string | null;
  /** Why the event may be processed, for consent: such as `contract` or `analytics`. Default: none named. */
  readonly purposes?: readonly string[];
  /** How long the topic keeps it. Default: the topic's own setting. */
  readonly retention?: Duration;
  /** Who answers for the event type. */
  readonly owner?: string;
}

/** The definition of one event type. Made by {@link defineEvent}. */
export interface Contract<Type extends string, Topic extends string, Schema extends ZodType> {
  readonly type: Type;
  readonly version: number;
  readonly topic: Topic;
  readonly data: Schema;
  readonly key: (data: output<Schema>, context: KeyContext) => string | null;
  readonly purposes: readonly string[];
  /** Milliseconds. */
  readonly retention: number | undefined;
  readonly owner: string | undefined;
  /** The CloudEvents `dataschema` attribute, such as `urn:eventstream:shop.order.placed:1`. */
  readonly dataschema: string;
}

/** Any contract, where its types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: a key function's parameter makes the precise type invariant
export type AnyContract = Contract<string, string, any>;

/** The type a caller sends for a contract. */
export type ContractInput<One extends AnyContract> = input<One['data']>;

/** The type a handler receives for a contract. */
export type ContractOutput<One extends AnyContract> = output<One['data']>;

const typeName = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;
const topicName = /^[A-Za-z0-9._-]{1,249}$/;

/**
 * A contract: the one place where an event type's name, version, schema, topic and key are written down. Throws
 * `config-invalid` when the definition cannot work, at start and not at the first event.
 *
 * @example
 * ```ts
 * import { defineEvent } from '@eventstream/contracts';
 * import { z } from 'zod';
 *
 * const orderPlaced = defineEvent('shop.order.placed', {
 *   version: 1,
 *   topic: 'shop.orders',
 *   key: (order) => order.orderId,
 *   data: z.object({ orderId: z.uuid(), total: z.number().positive(), currency: z.enum(['EUR', 'USD']) }),
 * });
 * console.assert(orderPlaced.dataschema === 'urn:eventstream:shop.order.placed:1');
 * ```
 */
export function defineEvent<const Type extends string, const Topic extends string, Schema extends ZodType>(
  type: Type,
  options: ContractOptions<Topic, Schema>,
): Contract<Type, Topic, Schema> {
  const { version, topic, data, key, purposes = [], retention, owner } = options;
  const at = (option: string) => `${type}.${option}`;
  if (!typeName.test(type)) {
    throw configError(
      'type',
      `${JSON.stringify(type)} is not a type name. Use lower-case words joined by dots, such as "shop.order.placed".`,
    );
  }
  if (!Number.isInteger(version) || version < 1)
    throw configError(at('version'), `is ${version}; use a whole number from 1.`);
  if (!topicName.test(topic) || topic === '.' || topic === '..') {
    throw configError(
      at('topic'),
      `${JSON.stringify(topic)} is not a Kafka topic name. Use up to 249 letters, digits, ".", "_" or "-".`,
    );
  }
  assertJsonSchema(data, at('data'));
  return Object.freeze({
    type,
    version,
    topic,
    data,
    key: key ?? ((_data: output<Schema>, { subject }: KeyContext) => subject ?? null),
    purposes: Object.freeze([...purposes]),
    retention: retention === undefined ? undefined : parseDuration(retention, at('retention')),
    owner,
    dataschema: `urn:eventstream:${type}:${version}`,
  });
}
