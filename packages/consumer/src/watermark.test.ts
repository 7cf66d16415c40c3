import { array, assert, boolean, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Watermark } from './watermark.ts';

describe('a watermark', () => {
  test('stands nowhere before the first batch', () => {
    expect(new Watermark().position).toBeNull();
  });

  test('stays at the oldest unsettled record, whatever is settled behind it', () => {
    const watermark = new Watermark();
    const [first, second, third] = [10, 11, 12].map((offset) => watermark.add(offset)) as [number, number, number];
    watermark.cover(13);
    expect(watermark.settle(third)).toBe(false);
    expect(watermark.settle(second)).toBe(false);
    expect(watermark.position).toBe(10);
    expect(watermark.ahead).toBe(3);
    expect(watermark.settle(first)).toBe(true);
    expect(watermark.position).toBe(13);
    expect(watermark.ahead).toBe(0);
  });

  test('passes gaps of the log, between records and at the end of a batch', () => {
    const watermark = new Watermark();
    const slot = watermark.add(5);
    const far = watermark.add(90);
    watermark.cover(200);
    watermark.settle(slot);
    expect(watermark.position).toBe(90);
    watermark.settle(far);
    expect(watermark.position).toBe(200);
  });

  test('moves over a batch without records, but not past an unsettled one', () => {
    const watermark = new Watermark();
    expect(watermark.cover(7)).toBe(true);
    expect(watermark.position).toBe(7);
    watermark.add(7);
    expect(watermark.cover(50)).toBe(false);
    expect(watermark.position).toBe(7);
  });

  test('settling twice moves it once', () => {
    const watermark = new Watermark();
    const slot = watermark.add(0);
    watermark.add(1);
    watermark.cover(2);
    expect(watermark.settle(slot)).toBe(true);
    expect(watermark.settle(slot)).toBe(false);
    expect(watermark.position).toBe(1);
  });

  test('never goes back when a driver pushes records again', () => {
    const watermark = new Watermark();
    for (const slot of [0, 1, 2].map((offset) => watermark.add(offset))) {
      watermark.cover(3);
      watermark.settle(slot);
    }
    expect(watermark.position).toBe(3);
    watermark.settle(watermark.add(1));
    expect(watermark.position).toBe(3);
  });

  test('equals the naive model for any gaps and any order of settling', () => {
    const step = record({
      records: array(integer({ min: 0, max: 3 }), { maxLength: 90 }),
      tail: integer({ min: 0, max: 4 }),
    });
    assert(
      property(
        array(step, { maxLength: 12 }),
        array(integer({ min: 0, max: 1e6 })),
        boolean(),
        (batches, picks, eager) => {
          const watermark = new Watermark();
          const open: { offset: number; slot: number }[] = [];
          let next = 100;
          const check = () => {
            if (open.length > 0) expect(watermark.position).toBe(Math.min(...open.map(({ offset }) => offset)));
            else if (watermark.position !== null) expect(watermark.position).toBe(next);
          };
          const settle = (pick: number) => {
            const [one] = open.splice(pick % open.length, 1);
            if (one !== undefined) watermark.settle(one.slot);
            check();
          };
          for (const { records, tail } of batches) {
            for (const gap of records) {
              next += gap + 1;
              open.push({ offset: next - 1, slot: watermark.add(next - 1) });
            }
            next += tail;
            watermark.cover(next);
            check();
            for (const pick of eager ? picks.slice(0, 20) : []) if (open.length > 0) settle(pick);
          }
          for (const pick of picks) if (open.length > 0) settle(pick);
          while (open.length > 0) settle(open.length - 1);
          expect(watermark.ahead).toBe(0);
        },
      ),
    );
  });
});
