/*
 * OpenTelemetry's semantic conventions for messaging as of 1.45, copied as strings: the `incubating` entry of
 * `@opentelemetry/semantic-conventions` may break in minor versions, so it is a test's measure and never a dependency. A test
 * holds every line here to the published registry: it must exist there and must not be deprecated.
 */

/** The schema URL that stands on every span and metric: it names the version of the conventions they follow. */
export const schemaUrl = 'https://opentelemetry.io/schemas/1.45.0';

/** The instrumentation scope of every span and metric. A test holds the version to package.json. */
export const scope = { name: '@eventstream/opentelemetry', version: '0.1.0' } as const;

/** Attribute keys of the published registry. */
export const keys = {
  system: 'messaging.system.name',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  batchCount: 'messaging.batch.message_count',
  kafkaKey: 'kafka.message.key',
  kafkaOffset: 'kafka.offset',
  eventType: 'cloudevents.event_type',
  errorType: 'error.type',
} as const;

/** Attribute keys and span event names of our own, where the conventions have none. */
export const ownKeys = {
  /** string: how the handling ended, `done`, `dead-lettered` or `dropped`. On `process` spans. */
  settlement: 'eventstream.settlement',
  /** int: how many times the handler ran, when more than once. On `process` spans. */
  handlerAttempts: 'eventstream.handler.attempts',
  /** string: where the dead letter was written. On `process` spans of dead letters. */
  deadLetterTopic: 'eventstream.dead_letter.topic',
  /** boolean: the partition was revoked while the handler ran, so its result was discarded. On `process` spans. */
  stale: 'eventstream.stale',
  /** int: how many times the driver sent the batch, when more than once. On `send` spans. */
  sendAttempts: 'eventstream.send.attempts',
  /** int: how many events of the span failed, when there were several events. On `send` spans. */
  sendFailed: 'eventstream.send.failed',
  /** int: links left out because of `maxLinks`. On `send` spans. */
  linksDropped: 'eventstream.links.dropped',
  /** string: 16 hexadecimal digits which are equal for equal keys, with `captureKey: 'hash'`. */
  keyHash: 'eventstream.key.hash',
  /** int: the attempt that failed. On `eventstream.retry` span events. */
  retryAttempt: 'eventstream.retry.attempt',
  /** double, seconds: the wait before the next attempt. On `eventstream.retry` span events. */
  retryDelay: 'eventstream.retry.delay',
} as const;

/** The name of the span event that marks a failed attempt which will be retried. */
export const retryEvent = 'eventstream.retry';

/** The one value of {@link keys.system}. */
export const system = 'kafka';

/** The value of {@link keys.errorType} when no low-cardinality name is known. */
export const otherError = '_OTHER';

/** Our operations by `messaging.operation.name`, with their `messaging.operation.type`. */
export const operationTypes = { send: 'send', poll: 'receive', process: 'process', commit: 'settle' } as const;

/** A value of `messaging.operation.name`. */
export type OperationName = keyof typeof operationTypes;

/** Bucket boundaries of both histograms, seconds. */
export const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** The four messaging metrics. */
export const metricTable = {
  operationDuration: {
    name: 'messaging.client.operation.duration',
    unit: 's',
    description: 'Duration of messaging operation initiated by a producer or consumer client.',
  },
  processDuration: {
    name: 'messaging.process.duration',
    unit: 's',
    description: 'Duration of processing operation.',
  },
  sentMessages: {
    name: 'messaging.client.sent.messages',
    unit: '{message}',
    description: 'Number of messages producer attempted to send to the broker.',
  },
  consumedMessages: {
    name: 'messaging.client.consumed.messages',
    unit: '{message}',
    description: 'Number of messages that were delivered to the application.',
  },
} as const;
