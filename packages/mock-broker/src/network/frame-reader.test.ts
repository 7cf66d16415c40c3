import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, FrameSizeError } from './frame-reader.ts';

function stream(frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    frames.flatMap((frame) => {
      const size = Buffer.alloc(4);
      size.writeInt32BE(frame.byteLength);
      return [size, frame];
    }),
  );
}

function readAll(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const reader = new FrameReader(1000);
  const found: Uint8Array[] = [];
  const borders = [
    0,
    ...cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((one, other) => one - other),
    bytes.byteLength,
  ];
  for (let at = 1; at < borders.length; at += 1) {
    reader.push(bytes.subarray(borders[at - 1], borders[at]), (frame) => found.push(frame));
  }
  return found;
}

test('finds the same frames however the stream is cut', () => {
  const frame = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, cuts) => {
      const found = readAll(stream(frames), cuts).map((bytes) => Buffer.from(bytes));
      expect(found).toEqual(frames.map((bytes) => Buffer.from(bytes)));
    }),
  );
});

test('a frame across chunks gets a buffer of its own, of just its size', () => {
  const [found] = readAll(stream([new Uint8Array(500)]), [100]);
  expect(found?.buffer.byteLength).toBe(500);
});

test.each([-1, 1001])('a size of %i is refused', (size) => {
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(size);
  expect(() => new FrameReader(1000).push(prefix, () => undefined)).toThrow(FrameSizeError);
});
