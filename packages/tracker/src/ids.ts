/** Random bytes as lower-case hex; `getRandomValues` also exists on insecure origins, `randomUUID` does not. */
function randomHex(bytes: number): string {
  return crypto
    .getRandomValues(new Uint8Array(bytes))
    .reduce((hex, byte) => hex + (byte + 256).toString(16).slice(1), '');
}

/** A UUIDv7 (RFC 9562 §5.7) of that time: ids made later sort later. Two random bits fewer than there could be, for size. */
export function uuidv7(now: number): string {
  // Milliseconds take eleven hex digits from 2004 to 2527.
  return `0${now.toString(16)}7${randomHex(9)}`.replace(/(.{8})(.{4})(.{4})(.{3})/, '$1-$2-$3-8$4-');
}

/** The root of a new trace (W3C Trace Context), sampled: the collector decides what is really kept. */
export function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}
