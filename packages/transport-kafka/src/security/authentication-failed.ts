/** What an {@link AuthenticationFailed} tells beside the reason. */
export type AuthenticationFacts = {
  /** What to look at. Default: the credentials. */
  readonly check?: string;
  readonly cause?: unknown;
};

/** A broker does not believe who this client is, or this client does not believe the broker. */
export class AuthenticationFailed extends Error {
  override readonly name = 'AuthenticationFailed';
  readonly broker: string;
  readonly check: string | undefined;

  constructor(broker: string, reason: string, { check, cause }: AuthenticationFacts = {}) {
    super(`${broker}: ${reason}`, cause === undefined ? undefined : { cause });
    this.broker = broker;
    this.check = check;
  }
}
