import { messages, zeroUuid } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { telemetryClientOf } from '../telemetry/client-of.ts';

/** zstd, lz4, gzip, snappy: in the order a real broker prefers them. */
const acceptedCompressionTypes = [4, 3, 1, 2];

/**
 * GetTelemetrySubscriptions tells a client which metrics to push and how often (KIP-714), and gives it an id to push under.
 *
 * It is offered where the cluster has the `telemetry` option; a real broker offers it with a plugin that takes metrics.
 */
export const getTelemetrySubscriptions = defineApi(messages.getTelemetrySubscriptions, {
  versions: [0, 0],
  handle(context, { clientInstanceId }) {
    const { telemetry } = context;
    const given = clientInstanceId === zeroUuid ? undefined : clientInstanceId;
    const asked = telemetry.ask(telemetryClientOf(context), given);
    if (typeof asked === 'string') return refusal(codeOf(asked));
    const { plan, subscriptionId } = asked.instance;
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      clientInstanceId: asked.id,
      subscriptionId,
      acceptedCompressionTypes,
      pushIntervalMs: plan.intervalMs,
      telemetryMaxBytes: telemetry.maxBytes(),
      deltaTemporality: true,
      requestedMetrics: [...plan.metrics],
    };
  },
  fail: (_request, errorCode) => refusal(errorCode),
});

function refusal(errorCode: number) {
  return {
    throttleTimeMs: 0,
    errorCode,
    clientInstanceId: zeroUuid,
    subscriptionId: 0,
    acceptedCompressionTypes: [],
    pushIntervalMs: 0,
    telemetryMaxBytes: 0,
    deltaTemporality: false,
    requestedMetrics: [],
  };
}
