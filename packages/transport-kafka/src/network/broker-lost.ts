/** A request that got no answer: the connection could not be made, ended, or the deadline passed. */
export class BrokerLost extends Error {
  override readonly name = 'BrokerLost';
  /** `host:port`. */
  readonly broker: string;
  /** Whether the request may have reached the broker, and so may have been served. */
  readonly maybeServed: boolean;

  constructor(broker: string, reason: string, { maybeServed, cause }: { maybeServed: boolean; cause?: unknown }) {
    super(`${broker}: ${reason}`, cause === undefined ? undefined : { cause });
    this.broker = broker;
    this.maybeServed = maybeServed;
  }
}
