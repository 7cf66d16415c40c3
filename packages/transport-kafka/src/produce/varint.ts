/** The most bytes the varint of a length takes. */
export const varintBytes = 5;

const max31 = 0x7fff_ffff;

/** 0, -1, 1, -2 … to 0, 1, 2, 3 …, as record fields have it. */
export function zigzag(value: number): number {
  return value >= 0 ? value * 2 : value * -2 - 1;
}

/** The bytes of an unsigned varint. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  let size = 4;
  for (let rest = value / 0x1000_0000; rest >= 1; rest /= 0x80) size += 1;
  return size;
}

/** Writes an unsigned varint and gives the place behind it. Numbers above 31 bits, far apart times, take the slow way down. */
export function writeVarint(into: Buffer, at: number, value: number): number {
  let place = at;
  let rest = value;
  for (; rest > max31; rest = Math.floor(rest / 0x80)) into[place++] = (rest % 0x80) | 0x80;
  for (; rest >= 0x80; rest >>>= 7) into[place++] = (rest & 0x7f) | 0x80;
  into[place++] = rest;
  return place;
}
