import { describe, expect, test } from 'vitest';
import { ProducerWindow, type SequencedBatch } from './producer-window.ts';

const batch = (first: number, last = first, epoch = 0): SequencedBatch => ({ producerId: 1n, epoch, first, last });

function windowOf(...batches: SequencedBatch[]): ProducerWindow {
  const window = new ProducerWindow();
  for (const [at, one] of batches.entries()) {
    expect(window.judge(one)).toEqual({ kind: 'store' });
    window.remember(one, BigInt(at) * 10n, 5n);
  }
  return window;
}

const outOfOrder = { kind: 'refuse', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };

describe('judges the next batch', () => {
  test('a producer nobody knows may start anywhere', () => {
    expect(new ProducerWindow().judge(batch(17))).toEqual({ kind: 'store' });
  });

  test('it must follow the last one', () => {
    const window = windowOf(batch(0, 2));
    expect(window.judge(batch(3))).toEqual({ kind: 'store' });
    expect(window.judge(batch(4))).toEqual(outOfOrder);
    expect(window.judge(batch(2))).toEqual(outOfOrder);
  });

  test('sequences wrap', () => {
    const window = windowOf(batch(2 ** 31 - 2, 2 ** 31 - 1));
    expect(window.judge(batch(0))).toEqual({ kind: 'store' });
  });

  test('one of the last five is a duplicate and lies where it lay', () => {
    const window = windowOf(batch(0), batch(1), batch(2), batch(3), batch(4), batch(5));
    expect(window.judge(batch(1))).toEqual({ kind: 'duplicate', baseOffset: 10n, timestamp: 5n });
    expect(window.judge(batch(0))).toEqual(outOfOrder);
  });
});

describe('epochs', () => {
  test('an older one is fenced', () => {
    expect(windowOf(batch(0, 0, 3)).judge(batch(1, 1, 2))).toEqual({ kind: 'refuse', error: 'INVALID_PRODUCER_EPOCH' });
  });

  test('a newer one starts at 0 and forgets the older', () => {
    const window = windowOf(batch(0), batch(1));
    expect(window.judge(batch(2, 2, 1))).toEqual(outOfOrder);
    expect(window.judge(batch(0, 0, 1))).toEqual({ kind: 'store' });
    window.remember(batch(0, 0, 1), 20n, 5n);
    expect(window.judge(batch(1, 1, 1))).toEqual({ kind: 'store' });
  });
});
