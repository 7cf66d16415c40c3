import type { ApiName, ErrorName } from '@eventstream/kafka-protocol';
import type { Clock } from '../time/clock.ts';

/** A request the broker has met lately. */
export type LoggedRequest = {
  /** The how manieth request of the broker it is, from 1. */
  readonly id: number;
  readonly api: string;
  readonly version: number;
  readonly clientId: string;
  readonly nodeId: number;
  /** The client's port: together with the node it says which connection. */
  readonly remotePort: number;
  /** Bytes of its body. */
  readonly bytes: number;
  /** When it came, in ms since the Unix epoch by the broker's clock. */
  readonly at: number;
  /** How long it took until its answer was decided; so far, while it waits. By the broker's clock, too. */
  readonly durationMs: number;
  /** `waiting`: not decided yet, such as a long poll; `silent`: no answer is due (acks=0). */
  readonly outcome: 'waiting' | 'replied' | 'silent' | 'closed';
  /** Every error in the answer, once, wherever the answer has it. */
  readonly errors: readonly string[];
  /** The fault rules that struck it. */
  readonly faults: readonly string[];
};

/** Which of the last requests are wanted; a field left out takes all. */
export type RequestFilter = {
  readonly api?: ApiName;
  readonly client?: string;
  readonly node?: number;
  /** Only those whose answer has this error. */
  readonly error?: ErrorName;
  /** Only the newest so many. */
  readonly limit?: number;
};

/** What is known of a request when it comes in. */
export type Arrived = Pick<LoggedRequest, 'api' | 'version' | 'clientId' | 'nodeId' | 'remotePort' | 'bytes'>;

const none: readonly string[] = [];

/** A request while it is in the broker; stages write into it what they do to it. */
export class RequestEntry {
  readonly id: number;
  readonly at: number;
  readonly api: string;
  readonly version: number;
  readonly clientId: string;
  readonly nodeId: number;
  readonly remotePort: number;
  readonly bytes: number;
  doneAt = -1;
  outcome: LoggedRequest['outcome'] = 'waiting';
  errors: readonly string[] = none;
  faults: readonly string[] = none;

  /** Field by field: this is done for every request, and a copy of `arrived` would cost as much as the rest. */
  constructor(id: number, at: number, arrived: Arrived) {
    this.id = id;
    this.at = at;
    this.api = arrived.api;
    this.version = arrived.version;
    this.clientId = arrived.clientId;
    this.nodeId = arrived.nodeId;
    this.remotePort = arrived.remotePort;
    this.bytes = arrived.bytes;
  }

  /** A fault rule struck it. */
  struck(rule: string): void {
    this.faults = [...this.faults, rule];
  }
}

/** The last requests, the oldest overwritten first. Nothing is made of them before somebody looks. */
export class RequestLog {
  readonly #ring: RequestEntry[] = [];
  readonly #size: number;
  readonly #clock: Clock;
  #count = 0;

  constructor(size: number, clock: Clock) {
    this.#size = size;
    this.#clock = clock;
  }

  begin(arrived: Arrived): RequestEntry {
    this.#count += 1;
    const entry = new RequestEntry(this.#count, this.#clock.now(), arrived);
    if (this.#size > 0) this.#ring[(this.#count - 1) % this.#size] = entry;
    return entry;
  }

  end(entry: RequestEntry, outcome: LoggedRequest['outcome']): void {
    entry.outcome = outcome;
    entry.doneAt = this.#clock.now();
  }

  /** Copies of those wanted, oldest first. */
  list({ api, client, node, error, limit }: RequestFilter = {}): LoggedRequest[] {
    const first = this.#count % this.#size || 0;
    const inOrder = this.#count > this.#size ? [...this.#ring.slice(first), ...this.#ring.slice(0, first)] : this.#ring;
    const wanted = inOrder.filter(
      (one) =>
        (api === undefined || one.api === api) &&
        (client === undefined || one.clientId === client) &&
        (node === undefined || one.nodeId === node) &&
        (error === undefined || one.errors.includes(error)),
    );
    return wanted.slice(limit === undefined ? 0 : Math.max(0, wanted.length - limit)).map((one) => this.#view(one));
  }

  #view({ doneAt, struck: _, ...shown }: RequestEntry): LoggedRequest {
    const until = shown.outcome === 'waiting' ? this.#clock.now() : doneAt;
    return { ...shown, durationMs: until - shown.at };
  }
}
