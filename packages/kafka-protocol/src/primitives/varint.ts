/** The largest magnitude whose zigzag form is still an exact number. */
export const MAX_SAFE_ZIGZAG = 2 ** 51;

/** 0, -1, 1, -2 … to 0, 1, 2, 3 …, so that small negative numbers stay short. */
export function zigzag(value: number): number {
  return value < 0 ? value * -2 - 1 : value * 2;
}

/** The bytes of a signed varint: one per seven bits of its zigzag form. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** The same for 64 bits. */
export function varlongSize(value: bigint): number {
  const small = Number(value);
  if (Math.abs(small) <= MAX_SAFE_ZIGZAG) return varintSize(small);
  let size = 1;
  for (let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)); rest >= 0x80n; rest >>= 7n) size++;
  return size;
}
