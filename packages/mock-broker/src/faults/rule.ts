import { checkRule } from './check-rule.ts';
import type { FaultEffect, FaultStage } from './effect.ts';
import { type FaultSelection, type HeadView, matches, type RequestView } from './match.ts';
import { describeRule, type FaultRuleData, stageOf } from './rule-data.ts';

/** A fault that did not fire as often as asked. */
export type UnusedFault = {
  /** The rule as it would be written. */
  readonly rule: string;
  /** How many requests it matched, counting those before its nth. */
  readonly matched: number;
  readonly fired: number;
  /** How often it should have fired. */
  readonly owed: number;
  /** What came nearest to it, and why it was not met. */
  readonly nearest?: string;
};

/** A placed fault. It fires once unless told otherwise. */
export class FaultRule {
  #data: FaultRuleData;
  #matched = 0;
  #fired = 0;

  constructor(data: FaultRuleData) {
    this.#data = checkRule(data);
  }

  get effect(): FaultEffect {
    return this.#data.effect;
  }

  get stage(): FaultStage {
    return stageOf(this.#data);
  }

  get selection(): FaultSelection {
    return this.#data;
  }

  /** How often it has fired. */
  get fired(): number {
    return this.#fired;
  }

  /** How many requests it matched, counting those before its nth. */
  get matched(): number {
    return this.#matched;
  }

  /** Fires on `count` matching requests in a row instead of one. */
  times(count: number): this {
    this.#data = checkRule({ ...this.#data, times: count });
    return this;
  }

  /** Fires on every matching request. */
  always(): this {
    this.#data = { ...this.#data, times: 'always' };
    return this;
  }

  /** Counts the request and says whether the fault strikes it; `draw` gives a number from 0 up to 1. */
  strikes(request: HeadView | RequestView, draw: () => number): boolean {
    const { times = 1, nth = 1, chance } = this.#data;
    if ((times !== 'always' && this.#fired >= times) || !matches(this.#data, request)) return false;
    this.#matched += 1;
    if (this.#matched < nth) return false;
    if (chance !== undefined && draw() >= chance) return false;
    this.#fired += 1;
    return true;
  }

  /** The report when something is left to fire; a rule for `always` owes one firing. */
  unused(): UnusedFault | undefined {
    const { times = 1 } = this.#data;
    const owed = times === 'always' ? 1 : times;
    const [matched, fired] = [this.#matched, this.#fired];
    return fired >= owed ? undefined : { rule: this.toString(), matched, fired, owed };
  }

  /** The rule as data, for `faults.add(…)`, a file, or a log. */
  toJSON(): FaultRuleData {
    return this.#data;
  }

  /** The rule as it would be written. */
  toString(): string {
    return describeRule(this.#data);
  }
}
