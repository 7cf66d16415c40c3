import type { Random32 } from './random32.ts';

/** Ways in which bytes on a wire go wrong. Each gives new bytes and leaves the ones it was given alone. */
const mutations: readonly ((frame: Buffer, other: Uint8Array, random: Random32) => Buffer)[] = [
  function flipBits(frame, _other, random) {
    const copy = Buffer.from(frame);
    for (let flips = 1 + random.below(4); flips > 0; flips -= 1) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] as number) ^ (1 << random.below(8));
    }
    return copy;
  },
  function truncate(frame, _other, random) {
    return Buffer.from(frame.subarray(0, random.below(frame.length)));
  },
  function extend(frame, other, random) {
    return Buffer.concat([frame, other.subarray(0, random.below(Math.min(64, other.length) + 1))]);
  },
  function splice(frame, other, random) {
    return Buffer.concat([frame.subarray(0, random.below(frame.length)), other.subarray(random.below(other.length))]);
  },
  function hugeNumber(frame, _other, random) {
    const copy = Buffer.from(frame);
    if (copy.length < 16) return copy;
    const huge = [0x7fff_ffff, -1, -0x8000_0000, 0x00ff_ffff, 100_000][random.below(5)] as number;
    copy.writeInt32BE(huge, 10 + random.below(copy.length - 14));
    return copy;
  },
  function hugeVarint(frame, _other, random) {
    const at = Math.min(frame.length, 10 + random.below(frame.length));
    const varint = random.below(2) === 0 ? [0xff, 0xff, 0xff, 0xff, 0x0f] : Array<number>(10).fill(0xff);
    return Buffer.concat([frame.subarray(0, at), Buffer.from(varint), frame.subarray(at + 1)]);
  },
  function otherVersion(frame, _other, random) {
    const copy = Buffer.from(frame);
    copy.writeInt16BE(random.below(24) - 2, 2);
    return copy;
  },
  function otherApi(frame, _other, random) {
    const copy = Buffer.from(frame);
    copy.writeInt16BE(random.below(100), 0);
    return copy;
  },
  function repeat(frame, _other, random) {
    const at = random.below(frame.length);
    const part = frame.subarray(at, at + 1 + random.below(32));
    return Buffer.concat([frame.subarray(0, at), ...Array<Buffer>(1 + random.below(8)).fill(part), frame.subarray(at)]);
  },
];

/** One frame gone wrong in one way; now and then it is left as it is, so that requests that are right happen in between. */
export function mutate(frame: Buffer, other: Uint8Array, random: Random32): Buffer {
  const chosen = random.below(mutations.length + 1);
  return mutations[chosen]?.(frame, other, random) ?? frame;
}
