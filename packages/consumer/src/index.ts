export type { Consumer, ConsumerCloseOptions, RunOptions } from './create-consumer.ts';
export { createConsumer } from './create-consumer.ts';
export { DeadLetterError } from './dead-letter-error.ts';
export type { Handler, HandlerContext, ReceivedEvent } from './event.ts';
export type { DeadReason } from './failure.ts';
export type { ConsumerOptions, DeadLetterOptions, Handlers, Order, RetryOptions } from './options.ts';
export type { ConsumerReport, ConsumerState, ConsumerStatus, PartitionStatus } from './report.ts';
export type { ShutdownOptions, SignalSource } from './shutdown-signal.ts';
export { shutdownSignal } from './shutdown-signal.ts';
