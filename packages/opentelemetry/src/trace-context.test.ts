import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inject, readTraceContext, writeTraceContext } from './trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('reading', () => {
  test('a context as W3C writes it', () => {
    const tracestate = 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE';
    const read = readTraceContext({ traceparent: `00-${traceId}-${spanId}-01`, tracestate });
    expect(read).toMatchObject({ traceId, spanId, traceFlags: 1, isRemote: true });
    expect(read?.traceState?.serialize()).toBe(tracestate);
  });

  test.each([
    ['nothing', undefined],
    ['an empty string', ''],
    ['upper case', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['version ff', `ff-${traceId}-${spanId}-01`],
    ['more after version 00', `00-${traceId}-${spanId}-01-more`],
    ['space around', ` 00-${traceId}-${spanId}-01`],
    ['a line after', `00-${traceId}-${spanId}-01\n`],
    ['flags of one digit', `00-${traceId}-${spanId}-1`],
    ['flags that are no number', `00-${traceId}-${spanId}-0x`],
    ['a later version with its rest run on', `01-${traceId}-${spanId}-01more`],
  ])('refuses %s', (_what, traceparent) => {
    expect(readTraceContext(traceparent === undefined ? {} : { traceparent })).toBeUndefined();
  });

  test('takes the four known fields of a later version', () => {
    expect(readTraceContext({ traceparent: `cc-${traceId}-${spanId}-ff-what-ever` })).toMatchObject({
      traceId,
      spanId,
      traceFlags: 1,
    });
  });

  test('drops a broken tracestate alone', () => {
    const traceparent = `00-${traceId}-${spanId}-00`;
    for (const tracestate of ['', 'no equals sign', `long=${'x'.repeat(600)}`]) {
      expect(readTraceContext({ traceparent, tracestate })).toEqual({ traceId, spanId, traceFlags: 0, isRemote: true });
    }
  });

  test('never throws, and takes nothing but a well-formed context', () => {
    const near = fc
      .tuple(fc.constantFrom('00', '01', 'ff', ''), fc.string(), fc.string())
      .map((parts) => parts.join('-'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), fc.option(fc.string(), { nil: '' }), (traceparent, tracestate) => {
        expect(readTraceContext({ traceparent, tracestate })).toBeUndefined();
      }),
    );
  });
});

describe('writing', () => {
  const hexadecimal = (length: number) =>
    fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((id) => /[1-9a-f]/.test(id));

  test('what was written is read again', () => {
    fc.assert(
      fc.property(hexadecimal(32), hexadecimal(16), fc.constantFrom(0, 1), (trace, span, traceFlags) => {
        const written = writeTraceContext({ traceId: trace, spanId: span, traceFlags });
        expect(written?.traceparent).toHaveLength(55);
        expect(readTraceContext(written ?? {})).toEqual({ traceId: trace, spanId: span, traceFlags, isRemote: true });
      }),
    );
  });

  test('an invalid context is not written', () => {
    const into = { traceparent: 'kept' };
    inject(writeTraceContext({ traceId: '0'.repeat(32), spanId, traceFlags: 1 }), into);
    inject(writeTraceContext(undefined), into);
    expect(into).toEqual({ traceparent: 'kept' });
  });
});
