import type { TraceContext } from '@eventstream/core';
import {
  createTraceState,
  isSpanContextValid,
  type SpanContext,
  TraceFlags,
  type TraceState,
} from '@opentelemetry/api';

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const versionZeroLength = 55;

/**
 * The span context an event carries, or `undefined` when its `traceparent` breaks a rule of W3C Trace Context §3.2: such a
 * value may come from anybody's browser. Upper case, all-zero ids, version `ff`, and anything after the flags in version `00`
 * are refused; what follows the flags of a later version is ignored. A broken `tracestate` is dropped alone (§3.3.1.5).
 */
export function readTraceContext(carried: Readonly<TraceContext>): SpanContext | undefined {
  const { traceparent } = carried;
  if (traceparent === undefined) return undefined;
  const [, version, traceId, spanId, flags] = pattern.exec(traceparent) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && traceparent.length !== versionZeroLength)) return undefined;
  // Of the flags only `sampled` means the same in every version.
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  if (!isSpanContextValid(spanContext)) return undefined;
  const traceState = readTraceState(carried.tracestate);
  return traceState === undefined ? spanContext : { ...spanContext, traceState };
}

function readTraceState(text: string | undefined): TraceState | undefined {
  if (text === undefined) return undefined;
  const traceState = createTraceState(text);
  return traceState.serialize() === '' ? undefined : traceState;
}

/** How a span context is written into an event, or `undefined` for one that is not valid, such as a suppressed span's. */
export function writeTraceContext(spanContext: SpanContext | undefined): TraceContext | undefined {
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  const { traceId, spanId, traceFlags } = spanContext;
  const traceparent = `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
  const tracestate = spanContext.traceState?.serialize() ?? '';
  return tracestate === '' ? { traceparent } : { traceparent, tracestate };
}

/** Puts a written context into an event, in place of whatever stood there. */
export function inject(written: Readonly<TraceContext> | undefined, into: TraceContext): void {
  if (written?.traceparent === undefined) return;
  into.traceparent = written.traceparent;
  if (written.tracestate !== undefined) into.tracestate = written.tracestate;
  else if (into.tracestate !== undefined) delete into.tracestate;
}
