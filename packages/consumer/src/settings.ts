import { hostname } from 'node:os';
import { type AnyCatalog, createDecoder, type DecodedRecord } from '@eventstream/contracts';
import {
  type BackoffOptions,
  type Clock,
  configError,
  type Handling,
  type Instrumentation,
  parseDuration,
  parseSize,
  type Random,
  type RecordView,
  systemClock,
} from '@eventstream/core';
import type { Handler } from './event.ts';
import type { ConsumerOptions, Order } from './options.ts';

/** Options as the inside sees them: every default filled in, every unit parsed, every mistake refused. */
export interface Settings {
  readonly catalog: AnyCatalog;
  readonly group: string;
  readonly topics: readonly string[];
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly attempts: number;
  readonly backoff: BackoffOptions;
  readonly concurrency: number;
  readonly order: Order;
  readonly highWater: number;
  readonly lowWater: number;
  /** Records past the oldest unsettled one, settled or not: bounds what one stuck lane makes come again. */
  readonly maxAhead: number;
  readonly maxBytes: number;
  /** `null` when a poison event ends the consumer. */
  readonly deadLetterTopic: ((topic: string) => string) | null;
  readonly skipUnknown: boolean;
  readonly startFrom: 'earliest' | 'latest';
  readonly commitEveryMs: number;
  readonly drainTimeoutMs: number;
  readonly handlerTimeoutMs: number | null;
  readonly sessionTimeoutMs: number | null;
  readonly name: string;
  readonly instrumentation: readonly Instrumentation[];
  /** What runs handlers inside a context of its own, innermost first. */
  readonly wrappers: readonly Wrapper[];
  readonly clock: Clock;
  readonly random: Random;
  /** The event in a record. Throws `envelope-invalid`. */
  readonly decode: (record: Pick<RecordView, 'value' | 'headers' | 'timestamp'>) => DecodedRecord;
}

/** Runs a handler inside an instrumentation's context. */
export type Wrapper = (handling: Handling, run: () => unknown) => unknown;

/** Options with their types worn off. */
export type AnyConsumerOptions = Omit<ConsumerOptions<AnyCatalog>, 'handlers'> & { readonly handlers: object };

const aheadPerHighWater = 10;

function wholeNumber(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw configError(option, `is ${value}; use a whole number from ${least}.`);
}

function topicsOf({ catalog, topics = catalog.topics }: AnyConsumerOptions): readonly string[] {
  const strange = topics.find((topic) => !catalog.topics.includes(topic));
  if (strange !== undefined) {
    throw configError('topics', `"${strange}" is not in the catalog. Use some of: ${catalog.topics.join(', ')}.`);
  }
  if (topics.length === 0) throw configError('topics', 'is empty. Name at least one topic of the catalog.');
  return [...new Set(topics)];
}

function handlersOf({ catalog, handlers }: AnyConsumerOptions, topics: readonly string[]): Map<string, Handler> {
  const given = new Map(Object.entries(handlers));
  const needed = catalog.contracts.filter(({ topic }) => topics.includes(topic)).map(({ type }) => type);
  for (const type of needed) {
    if (typeof given.get(type) !== 'function') throw configError('handlers', `"${type}" has no handler. Add one.`);
  }
  const strange = [...given.keys()].find((type) => !needed.includes(type));
  if (strange !== undefined) {
    const known = needed.join(', ');
    throw configError(
      'handlers',
      `"${strange}" is not a type on the subscribed topics. Take it out; there are: ${known}.`,
    );
  }
  return given;
}

function deadLetterTopicOf({ deadLetters = {}, group }: AnyConsumerOptions, topics: readonly string[]) {
  if (deadLetters === false) return null;
  const { topic: nameOf = (topic: string) => `${topic}.${group}.dead` } = deadLetters;
  for (const topic of topics) {
    if (topics.includes(nameOf(topic, group)))
      throw configError(
        'deadLetters.topic',
        `gives "${nameOf(topic, group)}", which is consumed itself. Use another topic.`,
      );
  }
  return (topic: string) => nameOf(topic, group);
}

function watersOf({ highWater = 1000, lowWater, maxBytes = '16 MiB' }: AnyConsumerOptions) {
  wholeNumber('highWater', highWater, 1);
  const low = wholeNumber('lowWater', lowWater ?? Math.floor(highWater / 2), 0);
  if (low >= highWater) throw configError('lowWater', `is ${low}; it must be below highWater, which is ${highWater}.`);
  return {
    highWater,
    lowWater: low,
    maxAhead: highWater * aheadPerHighWater,
    maxBytes: parseSize(maxBytes, 'maxBytes'),
  };
}

function durationsOf(options: AnyConsumerOptions) {
  const { commitEvery = '100ms', drainTimeout = '25s', handlerTimeout, sessionTimeout } = options;
  return {
    commitEveryMs: parseDuration(commitEvery, 'commitEvery'),
    drainTimeoutMs: parseDuration(drainTimeout, 'drainTimeout'),
    handlerTimeoutMs: handlerTimeout === undefined ? null : parseDuration(handlerTimeout, 'handlerTimeout'),
    sessionTimeoutMs: sessionTimeout === undefined ? null : parseDuration(sessionTimeout, 'sessionTimeout'),
  };
}

/** The settings behind options. Throws `config-invalid`, naming the option, at start rather than at the first event. */
export function settingsOf(options: AnyConsumerOptions): Settings {
  const { catalog, group, retry = {}, concurrency = 100, order = 'key', startFrom = 'earliest' } = options;
  if (typeof group !== 'string' || group === '') throw configError('group', 'is empty. Name the consumer group.');
  const topics = topicsOf(options);
  const { instrumentation = [] } = options;
  return {
    catalog,
    group,
    topics,
    handlers: handlersOf(options, topics),
    attempts: wholeNumber('retry.inPlace.attempts', retry.inPlace?.attempts ?? 3, 1),
    backoff: retry.inPlace?.backoff ?? {},
    concurrency: wholeNumber('concurrency', concurrency, 1),
    order,
    ...watersOf(options),
    deadLetterTopic: deadLetterTopicOf(options, topics),
    skipUnknown: options.unknownTypes === 'skip',
    startFrom,
    ...durationsOf(options),
    name: options.name ?? `${hostname()}:${process.pid}`,
    instrumentation,
    wrappers: instrumentation
      .filter(({ aroundHandler }) => aroundHandler !== undefined)
      .map(
        (one): Wrapper =>
          (handling, run) =>
            one.aroundHandler?.(handling, run),
      )
      .reverse(),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    decode: createDecoder(options.serde),
  };
}
