import { ProtocolError } from '../protocol-error.ts';

/** Kafka's "no id": what a field of type uuid holds when nothing was set. */
export const zeroUuid = '00000000-0000-0000-0000-000000000000';

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const dashAfter = new Set([3, 5, 7, 9]);

/** 16 bytes to their dashed lower-case text. */
export function formatUuid(bytes: Uint8Array, offset = 0): string {
  let text = '';
  for (let index = 0; index < 16; index++) {
    text += hex[bytes[offset + index] as number];
    if (dashAfter.has(index)) text += '-';
  }
  return text;
}

/** Dashed text, either case, to 16 bytes. @throws ProtocolError `invalid_value` */
export function parseUuid(text: string): Uint8Array {
  if (!shape.test(text)) {
    throw new ProtocolError(
      'invalid_value',
      `"${text}" is not a uuid; use the dashed form, as crypto.randomUUID() gives it`,
    );
  }
  const digits = text.replaceAll('-', '');
  return Uint8Array.from({ length: 16 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}
