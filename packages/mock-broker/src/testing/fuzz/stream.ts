import { encodeRequestFrame, messages } from '@eventstream/kafka-protocol';
import { mutate } from './mutate.ts';
import type { Random32 } from './random32.ts';

/** `socket.request.max.bytes`: a longer frame is not waited for. */
const LONGEST_FRAME = 100 * 1024 * 1024;
const PREFIX = 4;

/** What one client sends over one connection, in pieces as they reach the wire. */
export type ClientStream = {
  readonly chunks: readonly Buffer[];
  /** How many whole frames the bytes hold before the first size that no broker accepts. */
  readonly frames: number;
  /** Whether there is such a size, so that the connection must end. */
  readonly absurd: boolean;
};

/** Bytes with their size in front. */
function framed(body: Uint8Array): Buffer {
  const size = Buffer.alloc(PREFIX);
  size.writeInt32BE(body.byteLength);
  return Buffer.concat([size, body]);
}

function authenticating(version: number, mechanism: string, token: string): readonly Buffer[] {
  const address = { version, correlationId: 1, clientId: 'fuzz' };
  const handshake = Buffer.from(encodeRequestFrame(messages.saslHandshake, address, { mechanism }));
  const authBytes = Buffer.from(token);
  // After a handshake of version 0 the token comes bare.
  if (version === 0) return [handshake, framed(authBytes)];
  return [handshake, Buffer.from(encodeRequestFrame(messages.saslAuthenticate, address, { authBytes }))];
}

/** Ways in which connections begin on a SASL listener: rightly, wrongly, by halves and not at all. */
const beginnings: readonly (readonly Buffer[])[] = [
  [],
  authenticating(1, 'PLAIN', '\0alice\0alice-secret'),
  authenticating(0, 'PLAIN', '\0alice\0alice-secret'),
  authenticating(1, 'PLAIN', '\0alice\0wrong'),
  authenticating(0, 'PLAIN', 'no token at all'),
  authenticating(1, 'SCRAM-SHA-256', 'n,,n=alice,r=nonce'),
  authenticating(1, 'PLAIN', '').slice(0, 1),
  authenticating(1, 'NO-SUCH-THING', ''),
];

/** Draws what a client sends: mutated frames, now and then garbage between them, and perhaps no end of the last one. */
export function drawStream(random: Random32, seeds: readonly Buffer[], sasl: boolean): ClientStream {
  const parts = sasl ? [...(beginnings[random.below(beginnings.length)] as readonly Buffer[])] : [];
  if (sasl && parts.length > 0 && random.below(8) === 0) parts.splice(random.below(parts.length), 1, garbage(random));
  for (let count = 1 + random.below(12); count > 0; count -= 1) {
    const [frame, other] = [seeds[random.below(seeds.length)]!, seeds[random.below(seeds.length)]!];
    parts.push(framed(random.below(4) === 0 ? frame : mutate(frame, other, random)));
    if (random.below(24) === 0) parts.push(garbage(random));
  }
  const whole = Buffer.concat(parts);
  const bytes = random.below(4) === 0 ? whole.subarray(0, random.below(whole.length)) : whole;
  return { chunks: split(bytes, random), ...promised(bytes) };
}

function garbage(random: Random32): Buffer {
  const bytes = Buffer.from(Array.from({ length: 1 + random.below(12) }, () => random.below(256)));
  // Half of it announces what could be a frame, so that what follows is read in the wrong place.
  if (random.below(2) === 0) bytes.fill(0, 0, Math.min(2, bytes.length));
  return bytes;
}

/** Cuts bytes where the wire might: anywhere, in few pieces or many. */
function split(bytes: Buffer, random: Random32): readonly Buffer[] {
  const longest = [1 << 20, 700, 40][random.below(3)] as number;
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random.below(longest);
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

function promised(bytes: Buffer): Pick<ClientStream, 'frames' | 'absurd'> {
  let frames = 0;
  for (let at = 0; at + PREFIX <= bytes.length; ) {
    const size = bytes.readInt32BE(at);
    if (size < 0 || size > LONGEST_FRAME) return { frames, absurd: true };
    at += PREFIX + size;
    if (at > bytes.length) break;
    frames += 1;
  }
  return { frames, absurd: false };
}
