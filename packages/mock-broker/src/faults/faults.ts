import type { ApiName, ErrorName } from '@eventstream/kafka-protocol';
import type { FaultEffect } from './effect.ts';
import type { FaultSelection, RequestView } from './match.ts';
import { FaultRule, type UnusedFault } from './rule.ts';

/** A fault being described: narrow it down, then say what it does. Every step gives a new value. */
export class FaultSelector {
  readonly #place: (rule: FaultRule) => FaultRule;
  readonly #selection: FaultSelection;
  readonly #from: number;

  constructor(place: (rule: FaultRule) => FaultRule, selection: FaultSelection, from = 1) {
    this.#place = place;
    this.#selection = selection;
    this.#from = from;
  }

  /** Only requests that speak of this topic. The effect is on the whole request. */
  topic(name: string): FaultSelector {
    return this.#narrow({ topic: name });
  }

  /** Only requests that reach this node. */
  node(id: number): FaultSelector {
    return this.#narrow({ node: id });
  }

  /** Only requests of this client id. */
  client(id: string): FaultSelector {
    return this.#narrow({ client: id });
  }

  /** Not before the `n`-th matching request, counted from 1. */
  nth(n: number): FaultSelector {
    return new FaultSelector(this.#place, this.#selection, n);
  }

  /** Refuses the request with this error in every place its API has for one; nothing is applied. */
  fail(error: ErrorName): FaultRule {
    return this.#put({ kind: 'fail', error });
  }

  /** Serves the request `ms` milliseconds late (on the broker's clock); later requests of the connection wait behind it. */
  delay(ms: number): FaultRule {
    return this.#put({ kind: 'delay', ms });
  }

  /** Cuts the connection before the request is looked at. */
  disconnect(): FaultRule {
    return this.#put({ kind: 'disconnect' });
  }

  /**
   * Applies the request, then loses or falsifies the answer.
   *
   * `'disconnect'` is the case every exactly-once test needs: done, but never acknowledged. An error name answers with
   * that error although the work is done.
   */
  applyThen(then: 'disconnect' | ErrorName): FaultRule {
    return this.#put({ kind: 'apply-then', then });
  }

  #narrow(more: Partial<FaultSelection>): FaultSelector {
    return new FaultSelector(this.#place, { ...this.#selection, ...more }, this.#from);
  }

  #put(effect: FaultEffect): FaultRule {
    return this.#place(new FaultRule(this.#selection, this.#from, effect));
  }
}

/**
 * The faults of a broker: rules by which it misbehaves on purpose.
 *
 * @example
 * ```ts
 * import { startMockBroker } from '@eventstream/mock-broker';
 *
 * await using broker = await startMockBroker();
 * broker.faults.on('Produce').topic('shop.orders').nth(2).fail('NOT_LEADER_OR_FOLLOWER');
 * broker.faults.on('Produce').applyThen('disconnect');
 * broker.faults.on('Fetch').node(1).delay(500).always();
 * ```
 */
export class Faults {
  readonly #rules: FaultRule[] = [];

  /** Begins a fault on one API. Of several rules that match a request, the one placed first strikes. */
  on(api: ApiName): FaultSelector {
    const place = (rule: FaultRule): FaultRule => {
      this.#rules.push(rule);
      return rule;
    };
    return new FaultSelector(place, { api });
  }

  /** The effect for a request, counted against its rule. */
  strike(request: RequestView): FaultEffect | undefined {
    return this.#rules.find((rule) => rule.strikes(request))?.effect;
  }

  /** True when no rule was ever placed: the pipeline then skips its fault stages. */
  get none(): boolean {
    return this.#rules.length === 0;
  }

  /** Rules that fired less often than asked: either the code under test never came that way, or the rule is wrong. */
  unused(): UnusedFault[] {
    return this.#rules.map((rule) => rule.unused()).filter((report) => report !== undefined);
  }

  /** Takes every rule back, used or not. */
  clear(): void {
    this.#rules.length = 0;
  }
}
