import type { EventstreamError, RecordBatch, SubscriptionRequest, TopicPartition } from '@eventstream/core';
import type { Context } from './context.ts';
import type { Entry } from './entry.ts';
import type { Flow } from './flow.ts';
import type { OwnedPartition } from './owned-partition.ts';
import { abortReason, type Ownership } from './ownership.ts';

/** Where what comes in goes on to. */
export interface IntakeTargets {
  readonly ownership: Ownership;
  readonly flow: Flow;
  ready(entry: Entry): void;
  moved(owner: OwnedPartition): void;
  assigned(): void;
}

/** The driver's side of a consumer: callbacks that queue and leave at once. */
export class Intake {
  readonly #context: Context;
  readonly #targets: IntakeTargets;

  constructor(context: Context, targets: IntakeTargets) {
    this.#context = context;
    this.#targets = targets;
  }

  request(): SubscriptionRequest {
    const { group, topics, startFrom, sessionTimeoutMs } = this.#context.settings;
    return {
      group,
      topics,
      startFrom,
      ...(sessionTimeoutMs === null ? {} : { sessionTimeoutMs }),
      onAssigned: (partitions, epoch) => this.#assigned(partitions, epoch),
      onRevoked: (partitions) => this.#revoked(partitions),
      onRecords: (batch) => this.#records(batch),
      onError: (error) => this.#error(error),
    };
  }

  #assigned(partitions: readonly TopicPartition[], epoch: number): void {
    if (this.#context.draining()) return;
    this.#targets.ownership.assign(partitions, epoch);
    this.#context.trouble.over('transport');
    this.#targets.assigned();
  }

  #revoked(partitions: readonly TopicPartition[]): void {
    const { group } = this.#context.settings;
    const message = `Group "${group}" took the partition away from this consumer; its new owner handles the event again.`;
    this.#targets.ownership.revoke(partitions, abortReason('handling', message));
  }

  #records(batch: RecordBatch): void {
    // What is not taken is not covered by the watermark either: it comes again.
    if (this.#context.draining()) return;
    const { ownership, flow, ready, moved } = this.#targets;
    const owner = ownership.find(batch);
    if (owner === undefined || owner.epoch !== batch.epoch) return;
    if (owner.take(batch, ready)) moved(owner);
    flow.grew(owner);
    this.#context.trouble.over('transport');
    this.#tell(owner, batch.records.length);
  }

  #tell({ topic, partition, lag }: OwnedPartition, records: number): void {
    const { moments, settings } = this.#context;
    if (moments.wants('consumer.received'))
      moments.publish('consumer.received', { topic, partition, records, lag, group: settings.group });
  }

  #error(error: EventstreamError): void {
    const { trouble, moments, fail } = this.#context;
    if (!error.retriable) {
      fail(error);
      return;
    }
    trouble.at('transport', error);
    if (moments.wants('transport.log')) {
      const { message, code, facts } = error;
      moments.publish('transport.log', { level: 'warn', message, facts: { code, ...facts } });
    }
  }
}
