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
  const found: Uint8Array[] = [];
  const reader = new FrameReader(1000, (frame) => found.push(frame));
  const borders = [
    0,
    ...cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((one, other) => one - other),
    bytes.byteLength,
  ];
  for (let at = 1; at < borders.length; at += 1) {
    reader.push(bytes.subarray(borders[at - 1], borders[at]));
  }
  return found;
}

/** Reads as a socket does: at most as much as there is room for, and as the network gives at once. */
function readInPlace(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new FrameReader(1000, (frame) => found.push(frame));
  for (let at = 0, turn = 0; at < bytes.byteLength; turn += 1) {
    const space = reader.space();
    const count = Math.min(space.byteLength, bytes.byteLength - at, (cuts[turn] ?? 1000) + 1);
    space.set(bytes.subarray(at, at + count));
    reader.filled(count);
    at += count;
  }
  return found;
}

const plain = (frames: readonly Uint8Array[]): Buffer[] => frames.map((bytes) => Buffer.from(bytes));

test.each([
  ['in chunks', readAll],
  ['in place', readInPlace],
])('read %s, the frames are the same however the stream is cut', (_how, read) => {
  const frame = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(200), { maxLength: 12 }), (frames, cuts) => {
      expect(plain(read(stream(frames), cuts))).toEqual(plain(frames));
    }),
  );
});

const three = [Buffer.from('one'), Buffer.alloc(0), Buffer.from('a third frame')];

test('a stream may be cut at any byte', () => {
  const bytes = stream(three);
  for (let cut = 0; cut <= bytes.byteLength; cut += 1) {
    expect(plain(readAll(bytes, [cut])), `cut at ${cut}`).toEqual(three);
    expect(plain(readInPlace(bytes, [cut])), `read to ${cut + 1}`).toEqual(three);
  }
  const everywhere = Array.from(bytes, (_, at) => at);
  expect(plain(readAll(bytes, everywhere))).toEqual(three);
  expect(plain(readInPlace(bytes, everywhere.fill(0)))).toEqual(three);
});

test('many small frames may come at once', () => {
  const frames = Array.from({ length: 5000 }, (_, at) => Buffer.from(`frame ${at}`));
  expect(plain(readAll(stream(frames), []))).toEqual(frames);
});

test('where to read to is the frame itself, once its size is known', () => {
  const found: Uint8Array[] = [];
  const reader = new FrameReader(100_000, (frame) => found.push(frame));
  const bytes = stream([Buffer.alloc(50_000, 'x')]);
  reader.space().set(bytes.subarray(0, 1004));
  reader.filled(1004);
  const space = reader.space();
  expect(space.byteLength).toBe(49_000);
  space.fill(1);
  reader.filled(49_000);
  expect(found).toHaveLength(1);
  expect(found[0]!.buffer).toBe(space.buffer);
  expect(found[0]!.buffer.byteLength).toBe(50_000);
});

test('a frame keeps its bytes while the next ones are read', () => {
  const found: Uint8Array[] = [];
  const reader = new FrameReader(1000, (frame) => found.push(frame));
  for (const text of ['first', 'other']) {
    const bytes = stream([Buffer.from(text)]);
    reader.space().set(bytes);
    reader.filled(bytes.byteLength);
  }
  expect(plain(found).map(String)).toEqual(['first', 'other']);
});

test.each([-1, 1001])('a size of %i is refused', (size) => {
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(size);
  expect(() => new FrameReader(1000, () => undefined).push(prefix)).toThrow(FrameSizeError);
});

test('a frame of just the limit is taken', () => {
  expect(readAll(stream([new Uint8Array(1000)]), [])).toHaveLength(1);
});
