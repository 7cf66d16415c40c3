/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f6_3b78;
const SLICES = 16;

/** Row n answers what a byte contributes when n more bytes follow it, so that 16 bytes need no loop over bits. */
function makeTables(): Uint32Array {
  const tables = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] as number;
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] as number);
  }
  return tables;
}

const tables = makeTables();

/** Goes on with a checksum over some bytes, 16 at a time. `state` is the register itself: not inverted before or after. */
export function slicing16(state: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const t = tables as Uint32Array & { [index: number]: number };
  const wholeEnd = bytes.length - (bytes.length % SLICES);
  let crc = state;
  let at = 0;
  for (; at < wholeEnd; at += SLICES) {
    const a = crc ^ view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    crc =
      t[3840 | (a & 0xff)]! ^
      t[3584 | ((a >>> 8) & 0xff)]! ^
      t[3328 | ((a >>> 16) & 0xff)]! ^
      t[3072 | (a >>> 24)]! ^
      t[2816 | (b & 0xff)]! ^
      t[2560 | ((b >>> 8) & 0xff)]! ^
      t[2304 | ((b >>> 16) & 0xff)]! ^
      t[2048 | (b >>> 24)]! ^
      t[1792 | (c & 0xff)]! ^
      t[1536 | ((c >>> 8) & 0xff)]! ^
      t[1280 | ((c >>> 16) & 0xff)]! ^
      t[1024 | (c >>> 24)]! ^
      t[768 | (d & 0xff)]! ^
      t[512 | ((d >>> 8) & 0xff)]! ^
      t[256 | ((d >>> 16) & 0xff)]! ^
      t[d >>> 24]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 0xff]!;
  return crc;
}
