import { ProtocolError } from '../../../protocol-error.ts';

/** Bit streams are read four bytes at a time, and a little past either end: zeros are put around the input. */
const PADDING = 8;

/** The same bytes with zeros in front and behind, so that readers need not ask at every bit whether they may. */
export function padded(bytes: Uint8Array): { bytes: Uint8Array; start: number; end: number } {
  const room = new Uint8Array(bytes.length + 2 * PADDING);
  room.set(bytes, PADDING);
  return { bytes: room, start: PADDING, end: PADDING + bytes.length };
}

/** What every part of the decoder throws when the input is not what zstd would write. */
export function corrupt(what: string): ProtocolError {
  return new ProtocolError('malformed', `zstd: ${what}`);
}
