import type { ApiName, ErrorName } from '@eventstream/kafka-protocol';
import type { FaultEffect } from '../faults/effect.ts';
import { toMs } from '../time/duration.ts';
import { createRandom } from '../time/random.ts';
import { type ChaosKind, type ChaosProfile, usualApis } from './profile.ts';
import type { ChaosAct, ChaosSchedule } from './schedule.ts';

const coordinatorErrors: readonly ErrorName[] = [
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
];
const leaderErrors: readonly ErrorName[] = [
  'NOT_LEADER_OR_FOLLOWER',
  'KAFKA_STORAGE_ERROR',
  'UNKNOWN_TOPIC_OR_PARTITION',
];
const ofLeaders = new Set<ApiName>(['Produce', 'Fetch', 'ListOffsets']);
const LONGEST_DELAY_MS = 3000;
const LONGEST_CRASH_MS = 2000;

/**
 * A schedule of misfortunes drawn from a seed: equal seeds and profiles give equal schedules.
 *
 * Only what a client has to live with is drawn: errors it may retry, lost and late requests and answers, nodes that go and
 * come back, leaders and coordinators that move. What goes wrong under it is wrong in the client.
 *
 * @example
 * ```ts
 * import { chaos, describeSchedule } from '@eventstream/mock-broker';
 *
 * const schedule = chaos(42, { nodes: 3, topics: [{ name: 'orders', partitions: 2 }] });
 * console.log(describeSchedule(schedule)); // +120ms faults.on('Produce').topic('orders', 1).applyThen('disconnect') …
 * ```
 */
export function chaos(seed: number, profile: ChaosProfile): ChaosSchedule {
  const draw = new Draw(seed, profile);
  const within = toMs(profile.within ?? '10s');
  const steps = Array.from({ length: profile.steps ?? 8 }, () => ({ at: draw.below(within), act: draw.act() }));
  return { seed, steps: steps.sort((one, other) => one.at - other.at) };
}

class Draw {
  readonly #random: ReturnType<typeof createRandom>;
  readonly #profile: ChaosProfile;
  readonly #kinds: readonly ChaosKind[];

  constructor(seed: number, profile: ChaosProfile) {
    this.#random = createRandom(seed);
    this.#profile = profile;
    const { nodes = 1, coordinated = [] } = profile;
    const kinds = profile.kinds ?? ['faults', 'leaders', 'coordinators', 'crashes', 'epochs'];
    const possible = kinds.filter(
      (kind) =>
        kind === 'faults' || kind === 'epochs' || (nodes > 1 && (kind !== 'coordinators' || coordinated.length > 0)),
    );
    // Faults are what clients mostly meet.
    this.#kinds = possible.includes('faults') ? [...possible, 'faults', 'faults', 'faults', 'faults'] : possible;
  }

  below(limit: number): number {
    return Math.floor((this.#random.next() / 2 ** 32) * limit);
  }

  act(): ChaosAct {
    const { nodes = 1, topics, coordinated = [] } = this.#profile;
    const { name: topic, partitions = 1 } = this.#of(topics);
    const partition = this.below(partitions);
    const node = this.below(nodes) + 1;
    switch (this.#of(this.#kinds)) {
      case 'leaders':
        return { kind: 'move-leader', topic, partition, node };
      case 'coordinators':
        return { kind: 'move-coordinator', key: this.#of(coordinated), node };
      case 'epochs':
        return { kind: 'bump-epoch', topic, partition };
      case 'crashes':
        return { kind: 'crash', node, forMs: 1 + this.below(LONGEST_CRASH_MS) };
      default:
        return this.#fault(topic, partition);
    }
  }

  #fault(topic: string, partition: number): ChaosAct {
    const api = this.#of(this.#profile.apis ?? usualApis);
    const place = ofLeaders.has(api) && this.below(2) === 0 ? { topic, partition } : {};
    return { kind: 'fault', rule: { api, ...place, nth: 1 + this.below(3), effect: this.#effect(api) } };
  }

  #effect(api: ApiName): FaultEffect {
    const effects: readonly (() => FaultEffect)[] = [
      () => ({ kind: 'fail', error: this.#of(ofLeaders.has(api) ? leaderErrors : coordinatorErrors) }),
      () => ({ kind: 'apply-then', outcome: 'disconnect' }),
      () => ({ kind: 'apply-then', outcome: 'silence' }),
      () => ({ kind: 'disconnect' }),
      () => ({ kind: 'silence' }),
      () => ({ kind: 'delay', ms: 1 + this.below(LONGEST_DELAY_MS) }),
      () => ({ kind: 'cut', afterBytes: this.below(40) }),
      () => ({ kind: 'stall', afterBytes: this.below(40), ms: 1 + this.below(LONGEST_DELAY_MS) }),
    ];
    // Metadata has no retriable error for the whole of it.
    return this.#of(api === 'Metadata' ? effects.slice(1) : effects)();
  }

  #of<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!;
  }
}
