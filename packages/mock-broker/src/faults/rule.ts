import { describeEffect, type FaultEffect } from './effect.ts';
import { type FaultSelection, matches, type RequestView } from './match.ts';

/** A fault that did not fire as often as asked. */
export type UnusedFault = {
  /** The rule as it would be written. */
  readonly rule: string;
  /** How many requests it matched, counting those before its nth. */
  readonly matched: number;
  readonly fired: number;
};

/** A placed fault. It fires once unless told otherwise. */
export class FaultRule {
  readonly effect: FaultEffect;
  readonly #selection: FaultSelection;
  readonly #from: number;
  #limit = 1;
  #matched = 0;
  #fired = 0;

  constructor(selection: FaultSelection, from: number, effect: FaultEffect) {
    this.#selection = selection;
    this.#from = from;
    this.effect = effect;
  }

  /** How often it has fired. */
  get fired(): number {
    return this.#fired;
  }

  /** Fires on `count` matching requests in a row instead of one. */
  times(count: number): this {
    this.#limit = count;
    return this;
  }

  /** Fires on every matching request. */
  always(): this {
    this.#limit = Number.POSITIVE_INFINITY;
    return this;
  }

  /** Counts the request and says whether the fault strikes it. */
  strikes(request: RequestView): boolean {
    if (this.#fired >= this.#limit || !matches(this.#selection, request)) return false;
    this.#matched += 1;
    if (this.#matched < this.#from) return false;
    this.#fired += 1;
    return true;
  }

  /** The report when something is left to fire; a rule for `always` owes one firing. */
  unused(): UnusedFault | undefined {
    const owed = Number.isFinite(this.#limit) ? this.#limit : 1;
    return this.#fired >= owed ? undefined : { rule: this.toString(), matched: this.#matched, fired: this.#fired };
  }

  toString(): string {
    const { api, topic, node, client } = this.#selection;
    const parts = [`on('${api}')`];
    if (topic !== undefined) parts.push(`topic('${topic}')`);
    if (node !== undefined) parts.push(`node(${node})`);
    if (client !== undefined) parts.push(`client('${client}')`);
    if (this.#from > 1) parts.push(`nth(${this.#from})`);
    parts.push(describeEffect(this.effect));
    if (this.#limit === Number.POSITIVE_INFINITY) parts.push('always()');
    else if (this.#limit > 1) parts.push(`times(${this.#limit})`);
    return parts.join('.');
  }
}
