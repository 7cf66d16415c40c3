import { describe, expect, test } from 'vitest';
import { Fifo } from './fifo.ts';

describe('a fifo', () => {
  test('gives back in order, through many fillings', () => {
    const fifo = new Fifo<number>();
    let put = 0;
    let got = 0;
    for (let round = 0; round < 50; round += 1) {
      for (let count = 0; count < 200; count += 1) fifo.push(put++);
      expect(fifo.first).toBe(got);
      for (let count = 0; count < 150; count += 1) expect(fifo.shift()).toBe(got++);
      expect(fifo.size).toBe(put - got);
    }
    while (fifo.size > 0) expect(fifo.shift()).toBe(got++);
    expect(got).toBe(put);
    expect(fifo.shift()).toBeUndefined();
    expect(fifo.first).toBeUndefined();
  });
});
