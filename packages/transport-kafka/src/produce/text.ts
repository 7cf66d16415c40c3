/** Up to here a loop is quicker than the call into the encoder. */
const loopLimit = 12;

/**
 * Writes text as UTF-8, which must have room for three bytes a character, and gives how many bytes it took: as many as it has
 * characters when it is ASCII, as nearly all of it is.
 */
export function writeText(into: Buffer, at: number, text: string): number {
  const { length } = text;
  if (length > loopLimit) return into.utf8Write(text, at);
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) return into.utf8Write(text, at);
    into[at + index] = unit;
  }
  return length;
}

declare global {
  interface Buffer {
    /** Node's own method behind `write(…, 'utf8')`, without its checks of arguments. */
    utf8Write(text: string, at: number): number;
  }
}
