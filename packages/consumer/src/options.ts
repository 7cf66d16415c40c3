import type { AnyCatalog, EventData, EventTopics, EventTypesOn, Serde } from '@eventstream/contracts';
import type { BackoffOptions, Clock, Duration, Instrumentation, Random, Size, Transport } from '@eventstream/core';
import type { Handler } from './event.ts';

/** One handler for every event type on the given topics: one missing or one too many does not compile. */
export type Handlers<Source extends AnyCatalog, Topic extends EventTopics<Source> = EventTopics<Source>> = {
  readonly [Type in EventTypesOn<Source, Topic>]: Handler<Type, EventData<Source, Type>>;
};

/** What keeps its order: events of one key (and of none: no order), of one partition, or nothing. */
export type Order = 'key' | 'partition' | 'none';

/** How a failed handler is tried again. */
export interface RetryOptions {
  /** Again in this process, while the lane waits and all other lanes go on. */
  readonly inPlace?: {
    /** How often a handler is called for one event, 1 or more. Default 3. */
    readonly attempts?: number;
    /** The waits between attempts. Default: 100 ms doubling to 10 s, full jitter. */
    readonly backoff?: BackoffOptions;
  };
}

/** Where events go that could not be handled. */
export interface DeadLetterOptions {
  /** The topic for dead letters of a source topic. Default `${topic}.${group}.dead`. */
  readonly topic?: (topic: string, group: string) => string;
}

/** What a consumer is made of. Everything but `catalog`, `group`, `transport` and `handlers` has a default. */
export interface ConsumerOptions<Source extends AnyCatalog, Topic extends EventTopics<Source> = EventTopics<Source>> {
  readonly catalog: Source;
  /** The consumer group: members of one group share the partitions. */
  readonly group: string;
  /** The way to the brokers. Connected by `run` and closed at its end; connects are counted, so it may be shared. */
  readonly transport: Transport;
  /** Topics of the catalog to read. Default: all of them. */
  readonly topics?: readonly Topic[];
  readonly handlers: Handlers<Source, NoInfer<Topic>>;
  readonly retry?: RetryOptions;
  /** Handlers in flight at once, 1 or more. Events waiting for their next attempt do not count. Default 100. */
  readonly concurrency?: number;
  /** Default `key`. */
  readonly order?: Order;
  /** Unsettled records of a partition at which it is paused. Default 1,000. */
  readonly highWater?: number;
  /** Unsettled records of a partition at which it is resumed; below `highWater`. Default half of `highWater`. */
  readonly lowWater?: number;
  /** Unsettled bytes (keys and values) of a partition at which it is paused; resumed at half. Default 16 MiB. */
  readonly maxBytes?: Size;
  /** `false`: an event that cannot be handled ends the consumer with `handler-failed` instead. */
  readonly deadLetters?: DeadLetterOptions | false;
  /** What becomes of an event whose type has no handler. `skip` settles it as dropped. Default `dead-letter`. */
  readonly unknownTypes?: 'dead-letter' | 'skip';
  /** Where a partition without a committed offset begins. Default `earliest`. */
  readonly startFrom?: 'earliest' | 'latest';
  /** How long settled records may wait for their commit: what a crash makes come again. Default 100 ms. */
  readonly commitEvery?: Duration;
  /** How long running handlers may take to end once the consumer is to stop. Default 25 s, within Kubernetes' 30 s. */
  readonly drainTimeout?: Duration;
  /**
   * How long one attempt may take. Past it the signal fires and the attempt has failed with `timeout`; a handler that
   * ignores its signal may then still run beside the next attempt. Default: unbounded.
   */
  readonly handlerTimeout?: Duration;
  /** The group forgets a silent member after this long. Default: the driver's, 30 s, or what the brokers say. */
  readonly sessionTimeout?: Duration;
  /** Names this process in dead letters. Default `host:pid`. */
  readonly name?: string;
  /** Attached to the consumer's and the transport's moments; each `aroundHandler` wraps every attempt, the first outermost. */
  readonly instrumentation?: readonly Instrumentation[];
  readonly clock?: Clock;
  readonly random?: Random;
  /** How values are read. Default JSON. */
  readonly serde?: Serde;
}
