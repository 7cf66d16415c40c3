import type { Instrumentation, MomentHub } from '@eventstream/core';
import { CommitSpans } from './commit-spans.ts';
import { ErrorTypes } from './error-types.ts';
import { MessagingMetrics } from './messaging-metrics.ts';
import { type OpenTelemetryOptions, settingsOf } from './options.ts';
import { ProcessSpans } from './process-spans.ts';
import { Providers } from './providers.ts';
import { SendSpans } from './send-spans.ts';
import { SpanErrors } from './span-errors.ts';

/** The parts, wired: what listens to a hub. */
interface Watchers {
  readonly sends: SendSpans;
  readonly processes: ProcessSpans;
  readonly commits: CommitSpans | undefined;
  readonly metrics: MessagingMetrics;
}

function watchersOf(options: OpenTelemetryOptions): Watchers {
  const settings = settingsOf(options);
  const providers = new Providers(settings);
  const types = new ErrorTypes();
  const errors = new SpanErrors(settings, types);
  const metrics = new MessagingMetrics(providers, types);
  const parts = { settings, providers, types, errors, metrics };
  return {
    sends: new SendSpans(parts),
    processes: new ProcessSpans(parts),
    commits: settings.commitSpans ? new CommitSpans(parts) : undefined,
    metrics,
  };
}

/** Spans and metrics listen apart, so that a hook that throws in one costs nothing in the other. */
function listen(hub: MomentHub, { sends, processes, commits, metrics }: Watchers): void {
  hub.on('producer.sending', (sending) => sends.sending(sending));
  hub.on('producer.sent', (moment) => sends.settled(moment));
  hub.on('producer.failed', (moment) => sends.settled(moment));
  hub.on('consumer.received', (moment) => metrics.received(moment));
  hub.on('consumer.handling', (handling) => processes.begin(handling));
  hub.on('consumer.retrying', (moment) => processes.retrying(moment));
  hub.on('consumer.dead-lettered', (moment) => processes.deadLettered(moment));
  hub.on('consumer.settled', (moment) => processes.settled(moment));
  hub.on('consumer.settled', (moment) => metrics.settled(moment));
  hub.on('consumer.stale', (moment) => processes.stale(moment));
  hub.on('consumer.committed', (moment) => metrics.committed(moment));
  if (commits === undefined) return;
  hub.on('consumer.committed', (moment) => commits.committed(moment));
  hub.on('consumer.commit-failed', (moment) => commits.failed(moment));
}

/**
 * Spans, links and the four messaging metrics of whatever it is given to, by OpenTelemetry's semantic conventions 1.45. Without
 * a registered SDK it does nothing and costs next to nothing; an SDK registered later is found. A tracer, exporter or context
 * manager that throws never reaches the code that sends or handles. Throws `config-invalid` for an option it does not know.
 *
 * Trace context travels as W3C `traceparent` and `tracestate`, whatever propagator is registered; baggage never does.
 *
 * @example
 * ```ts
 * import { MomentHub } from '@eventstream/core';
 * import { openTelemetry } from '@eventstream/opentelemetry';
 *
 * const telemetry = openTelemetry({ traceStructure: 'link', captureKey: 'hash' });
 * const hub = new MomentHub(); // createProducer and createConsumer do this with `instrumentation: [telemetry]`
 * telemetry.attach(hub);
 * console.assert(hub.wants('producer.sending'));
 * ```
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Instrumentation {
  const watchers = watchersOf(options);
  const attached = new WeakSet<MomentHub>();
  return {
    attach(hub) {
      if (attached.has(hub)) return;
      attached.add(hub);
      listen(hub, watchers);
    },
    aroundHandler: (handling, run) => watchers.processes.around(handling, run),
  };
}
