import { isEventstreamError } from '@eventstream/core';
import { expect, expectTypeOf, test } from 'vitest';
import { type OpenTelemetryOptions, openTelemetry, type TraceStructure } from './index.ts';

test.each<[string, unknown]>([
  ['traceStructure', 'parents'],
  ['sendSpans', true],
  ['captureKey', 'sha256'],
  ['commitSpans', 1],
  ['recordExceptions', 'yes'],
  ['maxLinks', -1],
  ['maxLinks', 1001],
  ['maxLinks', 1.5],
  ['parentWithin', 'a while'],
])('%s: %o is refused by name', (option, value) => {
  let error: unknown;
  try {
    openTelemetry({ [option]: value } as OpenTelemetryOptions);
  } catch (thrown) {
    error = thrown;
  }
  expect(isEventstreamError(error, 'config-invalid') && error.facts.option).toBe(option);
});

test('the caller’s options may be frozen', () => {
  expect(() => openTelemetry(Object.freeze({ maxLinks: 0, parentWithin: '5m' }))).not.toThrow();
});

test('what is chosen from a list is typed so', () => {
  expectTypeOf<TraceStructure>().toEqualTypeOf<'link' | 'parent' | 'auto'>();
  // @ts-expect-error a span per key is not a thing
  const options: OpenTelemetryOptions = { sendSpans: 'key' };
  expect(() => openTelemetry(options)).toThrow('sendSpans');
});
