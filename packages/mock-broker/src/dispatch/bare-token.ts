import type { Outcome } from '../network/connection.ts';
import type { Session } from '../security/session.ts';

/** A token after SaslHandshake v0 has no header, and neither has its answer; a refusal has no answer at all (KIP-43). */
export async function takeBareToken(token: Uint8Array, session: Session): Promise<Outcome> {
  const answer = await session.authenticate(token);
  if (answer.error !== 'NONE') return { kind: 'close' };
  const size = Buffer.alloc(4);
  size.writeInt32BE(answer.token.byteLength);
  return { kind: 'reply', parts: [size, answer.token] };
}
