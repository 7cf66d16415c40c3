export { openTelemetry } from './open-telemetry.ts';
export type { KeyCapture, OpenTelemetryOptions, SendSpanMode, TraceStructure } from './options.ts';
export { schemaUrl } from './semconv.ts';
