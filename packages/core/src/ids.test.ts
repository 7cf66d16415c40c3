import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIdSource } from './ids.ts';

test('ids are UUIDv7, carry their time and rise strictly, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 47 }), { minLength: 1, maxLength: 50 }), (times) => {
      let index = 0;
      const nextId = createIdSource(() => times[index++ % times.length] as number);
      const ids = Array.from({ length: times.length * 3 }, nextId);
      expect(ids).toEqual([...new Set(ids)].sort());
      for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt((ids[0] as string).replace('-', '').slice(0, 12), 16)).toBe(times[0]);
    }),
  );
});

test('a burst within one millisecond keeps rising past 4,096 ids', () => {
  const nextId = createIdSource(() => 5);
  const ids = Array.from({ length: 10_000 }, nextId);
  expect(ids).toEqual([...new Set(ids)].sort());
});
