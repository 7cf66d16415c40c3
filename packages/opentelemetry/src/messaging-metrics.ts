import { type ErrorCode, isEventstreamError, type Moments } from '@eventstream/core';
import { type ErrorTypes, isFailure } from './error-types.ts';
import type { Providers } from './providers.ts';
import type { SendGroup } from './send-group.ts';
import { SeriesBook } from './series.ts';

/** Failures before anything left for a broker. The conventions forbid counting such messages as sent. */
const beforeSending: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'config-invalid',
  'event-unknown',
  'event-invalid',
  'key-invalid',
  'record-too-large',
  'topic-missing',
  'partition-missing',
  'buffer-full',
  'transport-closed',
  'closed',
]);

function leftForBroker(error: unknown): boolean {
  return !isEventstreamError(error) || !beforeSending.has(error.code);
}

/** Records the four messaging metrics, each with attributes made once for each series. */
export class MessagingMetrics {
  readonly #providers: Providers;
  readonly #types: ErrorTypes;
  readonly #sends = new SeriesBook('send');
  readonly #polls = new SeriesBook('poll');
  readonly #processes = new SeriesBook('process');
  readonly #commits = new SeriesBook('commit');

  constructor(providers: Providers, types: ErrorTypes) {
    this.#providers = providers;
    this.#types = types;
  }

  /** One duration a group, as the span is one; and all its events counted at once. */
  sent(group: SendGroup): void {
    const instruments = this.#providers.instruments;
    if (instruments === undefined) return;
    const series = this.#sends.of({ topic: group.init.first.topic, partition: group.partition });
    const failures = this.#failures(group.errors.filter(leftForBroker));
    for (const [type, count] of failures) instruments.sentMessages.add(count, series.attributes(type));
    const good = group.count - group.errors.length;
    if (good > 0) instruments.sentMessages.add(good, series.attributes());
    const [error] = group.errors;
    const type = error === undefined ? undefined : this.#types.of(error);
    if (good > 0 || failures.size > 0)
      instruments.operationDuration.record(group.durationMs / 1000, series.withType(type));
  }

  received(moment: Moments['consumer.received']): void {
    const instruments = this.#providers.instruments;
    if (instruments === undefined || moment.records === 0) return;
    instruments.consumedMessages.add(moment.records, this.#polls.of(moment, moment.group).attributes());
  }

  settled(moment: Moments['consumer.settled']): void {
    const instruments = this.#providers.instruments;
    if (instruments === undefined) return;
    const { handling, settlement, attempts, durationMs, error } = moment;
    // A tombstone, say: nothing processed it.
    if (settlement === 'dropped' && attempts === 0) return;
    const type = isFailure(moment) ? this.#types.of(error) : undefined;
    const attributes = this.#processes.of(handling, handling.group).attributes(type);
    instruments.processDuration.record(durationMs / 1000, attributes);
  }

  committed(moment: Moments['consumer.committed']): void {
    const instruments = this.#providers.instruments;
    if (instruments === undefined) return;
    const attributes = this.#commits.of(moment, moment.group).withType();
    instruments.operationDuration.record(moment.durationMs / 1000, attributes);
  }

  #failures(errors: readonly unknown[]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const error of errors) {
      const type = this.#types.of(error);
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return counts;
  }
}
