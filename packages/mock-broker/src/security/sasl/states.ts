import { MockBrokerError } from '../../errors.ts';

/** Where a connection of a SASL listener stands. */
export type SaslState =
  | 'start'
  | 'negotiated'
  | 'authenticating'
  | 'bare-tokens'
  | 'authenticated'
  | 'reauthenticating'
  | 'failed'
  | 'cut';

/** What can happen to it. `bare-handshake` is version 0, after which tokens come without a header (KIP-43). */
export type SaslEvent = 'versions' | 'handshake' | 'bare-handshake' | 'token' | 'request' | 'accept' | 'refuse' | 'cut';

/**
 * Every legal move. ApiVersions may be asked once before the handshake, as on a real broker; a handshake once
 * authenticated begins the session anew (KIP-368). What failed is answered before the connection ends, what was cut is not.
 */
export const saslMoves: Readonly<Record<SaslState, Readonly<Partial<Record<SaslEvent, SaslState>>>>> = {
  start: { versions: 'negotiated', handshake: 'authenticating', 'bare-handshake': 'bare-tokens', refuse: 'failed' },
  negotiated: { handshake: 'authenticating', 'bare-handshake': 'bare-tokens', refuse: 'failed' },
  authenticating: { token: 'authenticating', accept: 'authenticated', refuse: 'failed' },
  'bare-tokens': { token: 'bare-tokens', accept: 'authenticated', refuse: 'failed', cut: 'cut' },
  authenticated: {
    versions: 'authenticated',
    request: 'authenticated',
    handshake: 'reauthenticating',
    'bare-handshake': 'bare-tokens',
    cut: 'cut',
  },
  reauthenticating: { token: 'reauthenticating', accept: 'authenticated', refuse: 'failed', cut: 'cut' },
  failed: {},
  cut: {},
};

/** The state after `event`. @throws MockBrokerError `ILLEGAL_TRANSITION` */
export function moveSasl(from: SaslState, event: SaslEvent): SaslState {
  const to = saslMoves[from][event];
  if (to) return to;
  throw new MockBrokerError('ILLEGAL_TRANSITION', `A SASL connection that is ${from} cannot take "${event}".`, {
    from,
    event,
  });
}
