import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newTraceparent, uuidv7 } from './ids.ts';

test('ids are UUIDv7: version, variant and the time in front', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2005), max: Date.UTC(2500) }), (now) => {
      const id = uuidv7(now);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now);
    }),
  );
});

test('ids of later times sort later', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2005), max: Date.UTC(2500) }), (now) => {
      expect(uuidv7(now) < uuidv7(now + 1)).toBe(true);
    }),
  );
});

test('ten thousand ids of one millisecond differ', () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => uuidv7(1_760_000_000_000)));
  expect(ids.size).toBe(10_000);
});

test('a traceparent is version 00 and sampled', () => {
  expect(newTraceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});
