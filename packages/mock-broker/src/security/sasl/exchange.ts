/** What a token leads to: another one, the end, or a refusal with the words the client is told. */
export type SaslStep =
  | { readonly kind: 'continue'; readonly token: Uint8Array }
  | { readonly kind: 'accept'; readonly token: Uint8Array; readonly user: string; readonly expiresAt?: number }
  | { readonly kind: 'refuse'; readonly message?: string };

/** The server's side of one authentication, token by token. Without `message` a refusal is told in Kafka's general words. */
export type SaslExchange = { respond(token: Uint8Array): SaslStep | Promise<SaslStep> };

export const nothing = new Uint8Array(0);
