import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CollectorLimits } from './options.ts';
import { Refusal } from './refusal.ts';
import { RequestReader } from './request-text.ts';

const limits: CollectorLimits = {
  requestBytes: 524_288,
  inFlightBytes: 1e9,
  eventBytes: 32_768,
  events: 500,
  depth: 32,
  keys: 1_000,
  urlBytes: 8_192,
  eventAgeMs: 1e9,
  recentIds: 0,
};

const read = (text: string, more: Partial<CollectorLimits> = {}) =>
  new RequestReader(new TextEncoder().encode(text), { ...limits, ...more }).read();

/** What happens to a text: its content, or the code of its refusal. */
function outcome(text: string): unknown {
  try {
    return read(text);
  } catch (error) {
    return (error as Refusal).code;
  }
}

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,20}$/);
const event = fc
  .tuple(id, fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }))
  .map(([name, data]): { id: string; data: unknown } => ({ id: name, data }));
const body = fc
  .record({ sentAt: fc.integer(), events: fc.array(event, { maxLength: 8 }), other: fc.jsonValue({ maxDepth: 4 }) })
  .chain((content) => fc.constantFrom(JSON.stringify(content), JSON.stringify(content, null, '\t \n')));

describe('reading in pieces', () => {
  test('gives what parsing the whole gives', () => {
    fc.assert(
      fc.property(body, (text) => {
        const whole = JSON.parse(text) as { sentAt: number; events: { id: string }[] };
        const events = whole.events.map((one) => ({ id: one.id, fields: one }));
        expect(read(text)).toEqual({ sentAt: whole.sentAt, events });
      }),
    );
  });

  test('takes no text for JSON that is none, whatever was done to it', () => {
    const damage = fc.record({
      at: fc.nat(),
      cut: fc.integer({ min: 0, max: 3 }),
      put: fc.constantFrom('', '"', ',', '{', '}', '[', ']', ':', '\\', '[]', '{}', ',,', '1', ' ', '\u0000'),
    });
    fc.assert(
      fc.property(body, damage, (text, { at, cut, put }) => {
        const start = at % (text.length + 1);
        const damaged = text.slice(0, start) + put + text.slice(start + cut);
        const result = outcome(damaged);
        let valid = true;
        try {
          JSON.parse(damaged);
        } catch {
          valid = false;
        }
        if (!valid) expect(['broken-json', 'wrong-shape']).toContain(result);
        else expect(result).not.toBe('broken-json');
      }),
      { numRuns: 3_000 },
    );
  });

  test('reads names however they are written', () => {
    const escaped = '{"\\u0073entAt":5,"ev\\u0065nts":[{"\\u0069d":"a"}]}';
    expect(read(escaped)).toEqual({ sentAt: 5, events: [{ id: 'a', fields: { id: 'a' } }] });
  });
});

describe('an event over its limits is known by name without being parsed', () => {
  const around = (data: string) => `{"sentAt":1,"events":[{"data":${data},"id":"big"},{"id":"small"}]}`;
  const small = { id: 'small', fields: { id: 'small' } };

  test('by size, to the byte, in bytes rather than characters', () => {
    const text = around(`"${'ö'.repeat(50)}"`);
    const size = new TextEncoder().encode(`{"data":"${'ö'.repeat(50)}","id":"big"}`).length;
    expect(read(text, { eventBytes: size }).events[0]).toHaveProperty('fields');
    expect(read(text, { eventBytes: size - 1 }).events).toEqual([
      { id: 'big', refused: 'event-too-large', limit: size - 1, actual: size },
      small,
    ]);
  });

  test('by depth, to the level, however deep', () => {
    const nest = (levels: number) => around('['.repeat(levels) + ']'.repeat(levels));
    expect(read(nest(32)).events[0]).toHaveProperty('fields');
    expect(read(nest(33)).events).toEqual([{ id: 'big', refused: 'too-deep', limit: 32, actual: 33 }, small]);
    expect(read(nest(200_000), { eventBytes: 1e6 }).events).toMatchObject([{ id: 'big', actual: 200_000 }, small]);
  });

  test('unless it has no name', () => {
    expect(() => read(`{"sentAt":1,"events":[{"data":"${'x'.repeat(40_000)}"}]}`)).toThrow(Refusal);
  });
});
