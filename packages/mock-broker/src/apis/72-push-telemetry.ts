import { messages, zeroUuid } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { telemetryClientOf } from '../telemetry/client-of.ts';

/** Ids that Kafka keeps for itself. */
const reserved = [zeroUuid, '00000000-0000-0000-0000-000000000001'];

/**
 * PushTelemetry takes the metrics of a client (KIP-714).
 *
 * A client pushes once an interval; before its end it may once more. They are kept as it made them, to be looked at.
 */
export const pushTelemetry = defineApi(messages.pushTelemetry, {
  versions: [0, 0],
  handle(context, request) {
    const isNobody = reserved.includes(request.clientInstanceId);
    const error = isNobody ? 'INVALID_REQUEST' : context.telemetry.push(telemetryClientOf(context), request);
    return { throttleTimeMs: 0, errorCode: codeOf(error) };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode }),
});
