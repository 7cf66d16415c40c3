import type { AnyApi } from '@eventstream/kafka-protocol';

/** A broker does not serve an API, or not in a version this client speaks. */
export class UnsupportedByBroker extends Error {
  override readonly name = 'UnsupportedByBroker';
  readonly api: string;

  constructor(broker: string, { name, versions }: AnyApi, served: readonly [number, number] | undefined) {
    const theirs = served === undefined ? 'does not serve it' : `serves versions ${served[0]} to ${served[1]}`;
    super(`${name} is needed in versions ${versions.from} to ${versions.to}, but ${broker} ${theirs}.`);
    this.api = name;
  }
}
