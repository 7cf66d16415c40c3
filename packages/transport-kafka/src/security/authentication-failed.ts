/** A broker does not believe who this client is, or this client does not believe the broker. */
export class AuthenticationFailed extends Error {
  override readonly name = 'AuthenticationFailed';
  readonly broker: string;
  readonly kafkaCode: string;

  constructor(broker: string, reason: string, kafkaCode: string, cause?: unknown) {
    super(`${broker}: ${reason}`, cause === undefined ? undefined : { cause });
    this.broker = broker;
    this.kafkaCode = kafkaCode;
  }
}
