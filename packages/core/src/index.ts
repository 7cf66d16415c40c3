export type { BackoffOptions, Random } from './backoff.ts';
export { backoffDelay } from './backoff.ts';
export type { Clock, Undo } from './clock.ts';
export { systemClock } from './clock.ts';
export type { ErrorCode, ErrorFacts, ErrorInit } from './errors.ts';
export { configError, EventstreamError, isEventstreamError } from './errors.ts';
export type { RandomBytes } from './ids.ts';
export { createIdSource } from './ids.ts';
export type { Handling, Instrumentation, MomentName, Moments, Sending, Settlement, TraceContext } from './moments.ts';
export { MomentHub } from './moments.ts';
export { outcomeOf } from './outcome.ts';
export type {
  Appended,
  Bytes,
  Header,
  NewTopic,
  OffsetLookup,
  Outcome,
  PartitionOffset,
  RecordBatch,
  RecordView,
  Subscription,
  SubscriptionRequest,
  TopicAdmin,
  TopicPartition,
  TopicWriter,
  TransactionalOptions,
  TransactionalProducer,
  Transactions,
  Transport,
  TransportCapabilities,
  TransportCloseReport,
} from './transport.ts';
export type { Duration, Size } from './units.ts';
export { parseDuration, parseSize } from './units.ts';
export type { WaitContext, WaitOptions } from './wait.ts';
export { sleep, waitFor, within } from './wait.ts';
