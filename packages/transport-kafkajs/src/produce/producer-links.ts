import type { MomentHub } from '@eventstream/core';
import type { Settings } from '../settings.ts';
import { ProducerLink } from './producer-link.ts';
import type { Wire, Wires } from './wire.ts';

const graceMs = 1000;

/**
 * The kafkajs producers of a transport: one that new batches go out by, and those it replaced for as long as a batch needs
 * them to be recognised as a repeat.
 */
export class ProducerLinks implements Wires {
  readonly #settings: Settings;
  readonly #moments: MomentHub;
  readonly #held = new Map<ProducerLink, number>();
  #current: ProducerLink | undefined;

  constructor(settings: Settings, moments: MomentHub) {
    this.#settings = settings;
    this.#moments = moments;
  }

  current(): ProducerLink {
    this.#current ??= new ProducerLink(this.#settings, this.#moments);
    return this.#current;
  }

  retire(wire: Wire): void {
    if (this.#current !== wire) return;
    const retired = this.#current;
    this.#current = undefined;
    if (!this.#held.has(retired)) void retired.close(graceMs);
  }

  hold(wire: Wire): void {
    const link = wire as ProducerLink;
    this.#held.set(link, (this.#held.get(link) ?? 0) + 1);
  }

  release(wire: Wire): void {
    const link = wire as ProducerLink;
    const left = (this.#held.get(link) ?? 1) - 1;
    if (left > 0) {
      this.#held.set(link, left);
      return;
    }
    this.#held.delete(link);
    if (link !== this.#current) void link.close(graceMs);
  }

  /** Closes every producer, by force after `ms`. */
  async close(ms: number): Promise<void> {
    const links = new Set(this.#held.keys());
    if (this.#current !== undefined) links.add(this.#current);
    this.#current = undefined;
    this.#held.clear();
    await Promise.all([...links].map((link) => link.close(ms)));
  }
}
