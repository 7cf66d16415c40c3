/** One run of a SASL mechanism, seen from the client. */
export type SaslExchange = {
  /** The first token. */
  start(): Promise<Uint8Array> | Uint8Array;
  /** The next token after a challenge, or nothing when the exchange is over. Fails when the broker's proof is wrong. */
  next(challenge: Uint8Array): Promise<Uint8Array | undefined> | Uint8Array | undefined;
};

/** A mechanism by the name brokers know. */
export type SaslMechanism = { readonly name: string; begin(broker: string): SaslExchange };
