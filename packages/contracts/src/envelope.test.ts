import type { RecordView } from '@eventstream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createEncoder, decodeRecord, defineEvent, type EncodedEvent, keyOf, validateData } from './index.ts';

const contract = defineEvent('shop.order.placed', { version: 3, topic: 'shop.orders', data: z.any() });
const utf8 = new TextEncoder();

function stored({ value, headers }: EncodedEvent, timestamp = 7): Pick<RecordView, 'value' | 'headers' | 'timestamp'> {
  const bytes = (part: string | Uint8Array | null) => (typeof part === 'string' ? utf8.encode(part) : part);
  return { value: bytes(value), headers: headers.map(([name, part]) => [name, bytes(part)] as const), timestamp };
}

const record = (headers: Record<string, string>, value: string | null = '{}') => ({
  headers: Object.entries(headers).map(([name, text]) => [name, utf8.encode(text)] as const),
  value: value === null ? null : utf8.encode(value),
  timestamp: 7,
});

const minimal = { ce_specversion: '1.0', ce_id: '1', ce_source: 's', ce_type: 'a.b' };

describe.each(['binary', 'structured'] as const)('%s mode', (mode) => {
  test('reads back what it wrote', () => {
    const attributes = fc.record({
      id: fc.string({ minLength: 1, unit: 'grapheme' }),
      time: fc.integer({ min: 0, max: 253_402_300_799_999 }),
      subject: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
      trace: fc.record(
        { traceparent: fc.constant('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01') },
        { requiredKeys: [] },
      ),
    });
    fc.assert(
      fc.property(attributes, fc.jsonValue({ noUnicodeString: false }), ({ subject, ...rest }, data) => {
        const given = { ...rest, ...(subject === undefined ? {} : { subject }) };
        const encoded = createEncoder({ contract, source: 'orders-api', mode }).encode(given, data);
        const wire = {
          source: 'orders-api',
          type: 'shop.order.placed',
          dataschema: 'urn:eventstream:shop.order.placed:3',
        };
        expect(decodeRecord(stored(encoded))).toEqual({ ...given, ...wire, data: JSON.parse(JSON.stringify(data)) });
      }),
    );
  });
});

describe('decoding', () => {
  test('takes time from the record when the event has none, and either name of traceparent', () => {
    expect(decodeRecord(record(minimal)).time).toBe(7);
    expect(decodeRecord(record({ ...minimal, traceparent: 'a' })).trace).toEqual({ traceparent: 'a' });
    expect(decodeRecord(record({ ...minimal, traceparent: 'a', ce_traceparent: 'b' })).trace).toEqual({
      traceparent: 'b',
    });
  });

  test('leaves headers that are not its own alone, whatever bytes they hold', () => {
    const event = record(minimal);
    const headers = [...event.headers, ['b3-bin', new Uint8Array([0xff, 0xfe])] as const];
    expect(decodeRecord({ ...event, headers }).id).toBe('1');
  });

  test('gives null data for a tombstone', () => {
    expect(decodeRecord(record(minimal, null)).data).toBeNull();
  });

  test.each([
    ['no attributes', record({}), 'attribute "specversion" is missing'],
    ['another version', record({ ...minimal, ce_specversion: '0.3' }), 'specversion is "0.3"'],
    ['a missing id', record({ ce_specversion: '1.0', ce_type: 'a.b', ce_source: 's' }), 'attribute "id" is missing'],
    ['a wrong time', record({ ...minimal, ce_time: 'yesterday' }), 'time "yesterday" is not RFC 3339'],
    ['broken JSON', record(minimal, '{"a":'), 'value is not JSON'],
    ['a structured array', record({ 'content-type': 'application/cloudevents+json' }, '[]'), 'not a JSON object'],
    [
      'a numeric id',
      record({ 'content-type': 'application/cloudevents+json' }, '{"specversion":"1.0","id":1}'),
      'attribute "id" is not a string',
    ],
    ['invalid UTF-8', { ...record(minimal), value: new Uint8Array([0xff]) }, 'value is not valid UTF-8'],
  ])('refuses %s and says why', (_what, wrong, message) => {
    expect(() => decodeRecord(wrong)).toThrow(message);
    expect(() => decodeRecord(wrong)).toThrow(expect.objectContaining({ code: 'envelope-invalid' }));
  });
});

describe('validation', () => {
  const order = defineEvent('shop.order.placed', {
    version: 1,
    topic: 't',
    data: z.object({ items: z.array(z.object({ sku: z.string() })), note: z.string().default('') }),
  });

  test('names every issue with its path and no value', () => {
    const run = () => validateData(order, { items: [{ sku: 'secret-1' }, { sku: 2 }], note: 3 });
    expect(run).toThrow(
      expect.objectContaining({
        code: 'event-invalid',
        facts: expect.objectContaining({
          issues: [
            expect.objectContaining({ path: 'data.items[1].sku' }),
            expect.objectContaining({ path: 'data.note' }),
          ],
        }),
      }),
    );
    expect(run).not.toThrow(/secret-1/);
  });

  test('strips what the contract does not know and fills defaults in', () => {
    expect(validateData(order, { items: [], extra: true })).toEqual({ items: [], note: '' });
  });

  test('refuses a key that is not a string', () => {
    const wrong = defineEvent('a.b', { version: 1, topic: 't', data: z.any(), key: () => 7 as unknown as string });
    expect(() => keyOf(wrong, {}, { subject: undefined, id: '1' })).toThrow('returned a number');
  });

  test('keys by subject when the contract names no key', () => {
    expect(keyOf(order, {}, { subject: 'visitor-1', id: '1' })).toBe('visitor-1');
    expect(keyOf(order, {}, { subject: undefined, id: '1' })).toBeNull();
  });
});
