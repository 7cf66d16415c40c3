import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Frames } from './frames.ts';

function frame(payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + payload.length);
  bytes.writeInt32BE(payload.length, 0);
  bytes.set(payload, 4);
  return bytes;
}

test('however a stream is cut into chunks, its frames come out whole and in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 10 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
      (payloads, sizes) => {
        const expected = payloads.map(frame);
        const stream = Buffer.concat(expected);
        const frames = new Frames();
        const received: Buffer[] = [];
        for (let at = 0; at < stream.length; ) {
          const size = sizes.next().value as number;
          received.push(...frames.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(received).toEqual(expected);
      },
    ),
  );
});

test('a frame that is not complete is not given', () => {
  const frames = new Frames();
  expect(frames.push(Buffer.from([0, 0, 0, 2, 7]))).toEqual([]);
  expect(frames.push(Buffer.from([8, 0, 0]))).toEqual([Buffer.from([0, 0, 0, 2, 7, 8])]);
});
