import type { FiredFault } from './faults/faults.ts';
import type { TelemetryPush } from './telemetry/telemetry.ts';

/** A request that was served and what was decided, both decoded; large records are behind `bytesOf`. */
export type Served = {
  readonly nodeId: number;
  readonly api: string;
  readonly version: number;
  readonly clientId: string;
  readonly request: object;
  readonly response: object;
  readonly bytesOf: (records: Uint8Array) => Uint8Array;
};

/** What the broker tells an observer. Offsets are numbers, as everywhere outside the wire. */
export type BrokerEvents = {
  /** A record batch was stored. */
  append: {
    topic: string;
    partition: number;
    baseOffset: number;
    records: number;
    bytes: number;
    /** True for the marker that ends a transaction. */
    isControl: boolean;
  };
  /** A group committed an offset. */
  commit: { groupId: string; topic: string; partition: number; offset: number };
  /** A group changed its state; the generation of a consumer or share group is its epoch. */
  group: { groupId: string; state: string; generationId: number; members: number };
  /** A transaction changed its state. */
  transaction: { transactionalId: string; state: string; producerId: number; producerEpoch: number };
  /** A client connection was opened or closed. */
  connection: { nodeId: number; open: boolean; remotePort: number };
  /** A request came in; what becomes of it is not known yet. */
  arrival: { nodeId: number; api: string; version: number; clientId: string | null };
  /** A request was applied; whether its answer arrives, and what faults make of it, is another matter. */
  served: Served;
  /** A fault struck a request. */
  fault: FiredFault;
  /** A request was answered, refused, or (acks=0) finished without an answer. */
  request: {
    nodeId: number;
    api: string;
    version: number;
    clientId: string | null;
    outcome: 'replied' | 'silent' | 'closed';
  };
  /** A client pushed its metrics (KIP-714). */
  telemetry: TelemetryPush;
  /** A partition got another leader. */
  leader: { topic: string; partition: number; leader: number; leaderEpoch: number };
};

/** Calls of one event. */
export type Observer<Name extends keyof BrokerEvents> = (event: BrokerEvents[Name]) => void;

/** Listeners by event name; with none, an event costs one property read. */
export class Observers {
  readonly #listeners: { [Name in keyof BrokerEvents]?: Set<Observer<Name>> } = {};

  /** Calls `listener` for each event until the returned function is called. */
  on<Name extends keyof BrokerEvents>(name: Name, listener: Observer<Name>): () => void {
    // TypeScript cannot tie the value at a generic key to that key: one cast, here only.
    const table = this.#listeners as Record<string, Set<Observer<Name>> | undefined>;
    const set = table[name] ?? new Set<Observer<Name>>();
    table[name] = set;
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0 && table[name] === set) table[name] = undefined;
    };
  }

  /** True when building the event would not be wasted. */
  has(name: keyof BrokerEvents): boolean {
    return this.#listeners[name] !== undefined;
  }

  emit<Name extends keyof BrokerEvents>(name: Name, event: BrokerEvents[Name]): void {
    const set = this.#listeners[name] as Set<Observer<Name>> | undefined;
    if (set) for (const listener of set) listener(event);
  }
}
