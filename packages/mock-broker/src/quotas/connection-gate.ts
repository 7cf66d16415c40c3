import type { Clock } from '../time/clock.ts';
import type { ConfigSet } from '../topics/configs.ts';
import type { Quotas } from './quotas.ts';

/** What becomes of somebody at the door: in, away at once, away after a while without a word, or in once somebody leaves. */
export type Admission = 'enter' | 'refuse' | 'queue' | { readonly refuseAfterMs: number };

/** How many connections one node takes, and from whom (KIP-402, KIP-612). */
export class ConnectionGate {
  readonly #configs: ConfigSet;
  readonly #quotas: Quotas;
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, number>();
  readonly #queue: (() => void)[] = [];
  #total = 0;

  constructor({ configs, quotas, clock }: { configs: ConfigSet; quotas: Quotas; clock: Clock }) {
    this.#configs = configs;
    this.#quotas = quotas;
    this.#clock = clock;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** Decides about a new connection. Who enters is counted until `leave` is called; who is queued has to ask again. */
  arrive(address: string): Admission {
    if (!this.#hasRoom) return 'queue';
    const own = this.#byAddress.get(address) ?? 0;
    if (own >= this.#boundOf(address)) return 'refuse';
    const refuseAfterMs = this.#quotas.chargeConnection(address);
    if (refuseAfterMs > 0) return { refuseAfterMs };
    this.#byAddress.set(address, own + 1);
    this.#total += 1;
    return 'enter';
  }

  leave(address: string): void {
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
    this.#total -= 1;
    // Who has gone meanwhile, or is refused, leaves the place to the next.
    while (this.#queue.length > 0 && this.#hasRoom) this.#queue.shift()?.();
  }

  /** Calls back once when somebody has left, in the order of arrival. */
  whenLeft(retry: () => void): void {
    this.#queue.push(retry);
  }

  get #hasRoom(): boolean {
    return this.#total < this.#configs.number('max.connections');
  }

  /** `max.connections.per.ip`, unless `max.connections.per.ip.overrides` (`127.0.0.1:5,…`) says otherwise. */
  #boundOf(address: string): number {
    for (const override of this.#configs.list('max.connections.per.ip.overrides')) {
      const at = override.lastIndexOf(':');
      if (override.slice(0, at) === address) return Number(override.slice(at + 1));
    }
    return this.#configs.number('max.connections.per.ip');
  }
}
