const encoder = new TextEncoder();
// A byte order mark is part of a topic name like any other character; the default would swallow it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const ASCII_LOOP_LIMIT = 24;

/**
 * UTF-8 to text. Broken sequences become U+FFFD, as in Kafka. Short ASCII, nearly all of the protocol, skips the
 * decoder.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= ASCII_LOOP_LIMIT) {
    let text = '';
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}

/** Text to UTF-8 in a new array. */
export function encodeText(text: string): Uint8Array {
  if (text.length > ASCII_LOOP_LIMIT) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) return encoder.encode(text);
    bytes[at] = unit;
  }
  return bytes;
}

/** Writes text at an offset and gives the bytes written; the caller has made room for 3 bytes a character. */
export function encodeTextInto(text: string, target: Uint8Array, offset: number): number {
  return encoder.encodeInto(text, target.subarray(offset)).written;
}
