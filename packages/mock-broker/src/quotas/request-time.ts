/** What a request costs before anything is read or written. */
const MS_PER_REQUEST = 0.1;
const MS_PER_MIB = 1;
const MIB = 1024 * 1024;

/**
 * How long a request keeps a thread of a broker busy, in ms: what request_percentage is charged with.
 *
 * It is not measured, so that the same requests are always throttled in the same way, on any machine and any clock. The
 * figures are those of a real broker in order of magnitude; waiting, as a long poll does, costs nothing there either.
 */
export function requestTimeMs({ requestBytes, answerBytes }: { requestBytes: number; answerBytes: number }): number {
  return MS_PER_REQUEST + ((requestBytes + answerBytes) / MIB) * MS_PER_MIB;
}
