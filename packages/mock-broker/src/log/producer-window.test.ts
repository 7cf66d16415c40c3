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

describe('markers', () => {
  const marker = (epoch: number, coordinatorEpoch = 0) => ({ producerId: 1n, epoch, coordinatorEpoch });

  test('one in the same epoch leaves sequences as they are', () => {
    const window = windowOf(batch(0));
    window.rememberMarker(marker(0), 9n);
    expect(window.judge(batch(1))).toEqual({ kind: 'store' });
    expect(window.judge(batch(2))).toEqual(outOfOrder);
  });

  test('one in the next epoch fences what came before, and sequences start at 0 again (KIP-890)', () => {
    const window = windowOf(batch(0));
    window.rememberMarker(marker(1), 9n);
    expect(window.judge(batch(1))).toEqual({ kind: 'refuse', error: 'INVALID_PRODUCER_EPOCH' });
    expect(window.judge(batch(1, 1, 1))).toEqual(outOfOrder);
    expect(window.judge(batch(0, 0, 1))).toEqual({ kind: 'store' });
    expect(window.list()).toEqual([
      { producerId: 1n, epoch: 1, lastSequence: -1, lastTimestamp: 9n, coordinatorEpoch: 0 },
    ]);
  });

  test('those of an older producer or an older coordinator are refused', () => {
    const window = windowOf(batch(0, 0, 3));
    expect(window.judgeMarker(marker(2))).toBe('INVALID_PRODUCER_EPOCH');
    expect(window.judgeMarker(marker(3, -1))).toBe('TRANSACTION_COORDINATOR_FENCED');
    window.rememberMarker(marker(3, 7), 9n);
    expect(window.judgeMarker(marker(3, 6))).toBe('TRANSACTION_COORDINATOR_FENCED');
    expect(window.judgeMarker(marker(3, 7))).toBeUndefined();
    expect(window.judgeMarker({ ...marker(0), producerId: 2n })).toBeUndefined();
  });
});
