/** The values of encoded records, read by the format's own rules. */
export function valuesOf(records: Buffer): string[] {
  const values: string[] = [];
  let at = 0;
  const varint = () => {
    let [value, scale] = [0, 1];
    for (; (records[at] as number) >= 0x80; at += 1, scale *= 0x80) value += ((records[at] as number) & 0x7f) * scale;
    value += (records[at] as number) * scale;
    at += 1;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  while (at < records.byteLength) {
    const length = varint();
    const end = at + length;
    at += 1;
    varint();
    varint();
    const key = varint();
    at += Math.max(0, key);
    const size = varint();
    values.push(records.toString('utf8', at, at + size));
    at = end;
  }
  return values;
}
