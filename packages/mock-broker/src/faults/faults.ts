import type { ApiName } from '@eventstream/kafka-protocol';
import { createRandom } from '../time/random.ts';
import { Gate } from './gate.ts';
import type { HeadView, RequestView } from './match.ts';
import { FaultRule, type UnusedFault } from './rule.ts';
import type { FaultRuleData } from './rule-data.ts';
import { FaultSelector } from './selector.ts';
import { Sightings } from './sightings.ts';

/** A fault that fired: which, when on the broker's clock, and on what. */
export type FiredFault = {
  readonly rule: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly api: string;
  readonly version: number;
  readonly nodeId: number;
  readonly clientId: string;
};

/** What faults take from their cluster. */
export type FaultSurroundings = {
  readonly seed: number;
  readonly now: () => number;
  readonly onFire?: (fired: FiredFault) => void;
};

/** Rules of one phase compete for a request: the first placed that matches strikes. */
export type FaultPhase = 'frame' | 'body' | 'wire';

const SCALE = 2 ** 32;

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
 * broker.faults.on('Fetch').node(1).delay('500ms').always();
 * broker.faults.on('*').client('billing').silence().always();
 * broker.faults.add({ api: 'Fetch', topic: 'shop.orders', partition: 0, effect: { kind: 'cut', afterBytes: 40 } });
 * ```
 */
export class Faults {
  readonly #rules: Record<FaultPhase, FaultRule[]> = { frame: [], body: [], wire: [] };
  readonly #placed: FaultRule[] = [];
  readonly #gates = new Map<string, Gate>();
  readonly #history: FiredFault[] = [];
  readonly #around: FaultSurroundings;
  readonly #draw: () => number;
  #sightings = new Sightings();

  constructor(around: FaultSurroundings = { seed: 1, now: () => 0 }) {
    this.#around = around;
    const random = createRandom(around.seed);
    this.#draw = () => random.next() / SCALE;
  }

  /**
   * Begins a fault on one API, or with `'*'` on all. Of several rules that match a request, the one placed first strikes;
   * those at `'frame'` and on the wire are counted on their own, so a request may meet one of each.
   */
  on(api: ApiName | '*'): FaultSelector {
    return new FaultSelector((data) => this.add(data), { api });
  }

  /** Places a rule given as data. @throws MockBrokerError `INVALID_FAULT` */
  add(data: FaultRuleData): FaultRule {
    const rule = new FaultRule(data);
    this.#placed.push(rule);
    this.#rules[phaseOf(rule)].push(rule);
    return rule;
  }

  /** A closed gate for `hold(…)`; asking for a name again gives the same gate. Default name: `gate-1`, `gate-2`, … */
  gate(name: string = `gate-${this.#gates.size + 1}`): Gate {
    const gate = this.#gates.get(name) ?? new Gate(name);
    this.#gates.set(name, gate);
    return gate;
  }

  /** The rule that strikes a request in a phase, counted. */
  strike(phase: 'frame', request: HeadView): FaultRule | undefined;
  strike(phase: 'body' | 'wire', request: RequestView): FaultRule | undefined;
  strike(phase: FaultPhase, request: HeadView | RequestView): FaultRule | undefined {
    if (phase === 'body' && 'parts' in request) this.#sightings.note(request);
    const rule = this.#rules[phase].find((one) => one.strikes(request, this.#draw));
    if (rule) this.#remember(rule, request);
    return rule;
  }

  /** True when no rule was ever placed: the pipeline then skips its fault stages. */
  get none(): boolean {
    return this.#placed.length === 0;
  }

  /** Every rule in place, used or not; each is printable as text and as JSON. */
  rules(): FaultRule[] {
    return [...this.#placed];
  }

  /** What fired, in order. */
  history(): FiredFault[] {
    return [...this.#history];
  }

  /** Rules that fired less often than asked: either the code under test never came that way, or the rule is wrong. */
  unused(): UnusedFault[] {
    return this.#placed.flatMap((rule) => {
      const unused = rule.unused();
      const nearest = unused && this.#sightings.nearest(rule.selection);
      return unused ? [{ ...unused, ...(nearest === undefined ? {} : { nearest }) }] : [];
    });
  }

  /** Takes every rule back, used or not, and opens every gate. What fired stays in the history. */
  clear(): void {
    this.#placed.length = 0;
    for (const rules of Object.values(this.#rules)) rules.length = 0;
    for (const gate of this.#gates.values()) gate.open();
    this.#gates.clear();
    this.#sightings = new Sightings();
  }

  #remember(rule: FaultRule, { api, version, nodeId, clientId, struck }: HeadView): void {
    const fired = { rule: String(rule), at: this.#around.now(), api, version, nodeId, clientId };
    struck?.(fired.rule);
    this.#history.push(fired);
    this.#around.onFire?.(fired);
  }
}

function phaseOf({ stage }: FaultRule): FaultPhase {
  return stage === 'request' || stage === 'answer' ? 'body' : stage;
}
