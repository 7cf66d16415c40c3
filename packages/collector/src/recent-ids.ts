import type { Receipt } from '@eventstream/producer';

type Durable = Receipt['durable'];

/**
 * Events seen lately: on their way, or stored. A page that is left cannot hear the last answer, so its next page sends those
 * events again; here the copies end. An event counts as stored from its receipt on and not before: a mark made at first sight
 * would turn a failed publish and its rightful retry into a silent loss.
 */
export class RecentIds {
  readonly #limit: number;
  readonly #sending = new Map<string, Promise<Durable | undefined>>();
  readonly #stored = new Map<string, Durable>();

  /** @param limit - How many stored events are remembered; the oldest is forgotten first. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Where an event is already, `undefined` for one that is new. Waits for the outcome of a copy on its way. */
  seen(event: string): Durable | Promise<Durable | undefined> | undefined {
    return this.#stored.get(event) ?? this.#sending.get(event);
  }

  /** Notes that an event is on its way, and what its receipt says. */
  sending(event: string, receipt: Promise<Receipt>): void {
    if (this.#limit === 0) return;
    const outcome = receipt.then(
      ({ durable }) => {
        this.#sending.delete(event);
        this.#remember(event, durable);
        return durable;
      },
      () => {
        this.#sending.delete(event);
        return undefined;
      },
    );
    this.#sending.set(event, outcome);
  }

  #remember(event: string, durable: Durable): void {
    this.#stored.set(event, durable);
    if (this.#stored.size <= this.#limit) return;
    const [oldest] = this.#stored.keys();
    if (oldest !== undefined) this.#stored.delete(oldest);
  }
}
