import { crc32c } from '@eventstream/kafka-protocol';
import type { TelemetryPlan } from './subscriptions.ts';

const NEVER = Number.NEGATIVE_INFINITY;

/** What a node knows of one client that pushes: its plan, and when it last asked and pushed. */
export class ClientInstance {
  readonly plan: TelemetryPlan;
  /** Names the plan to the client; another plan has another number. */
  readonly subscriptionId: number;
  /** The subscriptions this was made from. */
  readonly version: string;
  /** The client said that this was its last push. */
  terminating = false;
  #askedAt = NEVER;
  #pushedAt = NEVER;

  constructor(id: string, { plan, version }: { readonly plan: TelemetryPlan; readonly version: string }) {
    this.plan = plan;
    this.version = version;
    this.subscriptionId = crc32c(Buffer.from(`${id} ${plan.metrics.join(',')} ${plan.intervalMs}`)) | 0;
  }

  /** When it was last heard of. */
  get lastSeen(): number {
    return Math.max(this.#askedAt, this.#pushedAt);
  }

  /** Whether it may ask for its plan: once an interval, pushes counted. */
  mayAsk(now: number): boolean {
    if (now - this.lastSeen < this.plan.intervalMs) return false;
    this.#askedAt = now;
    return true;
  }

  /** Whether it may push: once an interval, and whenever it has asked since. */
  mayPush(now: number): boolean {
    const isFirst = this.#askedAt > this.#pushedAt;
    if (!isFirst && now - this.#pushedAt < this.plan.intervalMs) return false;
    this.#pushedAt = now;
    return true;
  }
}
