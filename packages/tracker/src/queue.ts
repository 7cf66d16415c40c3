import type { Store } from './store.ts';
import type { DropReason, TrackedEvent, TrackerOptions } from './types.ts';

/** An event that waits: its JSON in memory, and under `key` in the store so that it outlives the page. */
export interface Entry {
  readonly key: string;
  readonly id: string;
  readonly json: string;
  readonly bytes: number;
  /** On the wire, waiting for its answer. */
  busy: boolean;
}

/** How much may wait. */
export type QueueLimits = Pick<TrackerOptions, 'maxEvents' | 'maxBytes'>;

export type OnDrop = (reason: DropReason, event: TrackedEvent, detail?: string) => void;

/** The events that wait, adopted ones first, each tab's in the order of its calls. */
export interface Queue {
  readonly size: () => number;
  /** Takes in an event of this page and stores it before returning. */
  readonly add: (key: string, id: string, json: string) => void;
  /** Takes in what a page that is gone left under these keys, in front of all others. */
  readonly adopt: (keys: readonly string[]) => void;
  /** The next events to send, in order and within `room` bytes together; the first may alone be as large as `most`. */
  readonly next: (room: number, most: number) => Entry[];
  /** The last word on an event is spoken: it arrived, or it is dropped for a reason. */
  readonly end: (entry: Entry, reason?: DropReason | '', detail?: string) => void;
  /** Leaves every stored event to whichever page adopts it; keeps only what this page alone has. */
  readonly handOver: () => void;
}

/** Keeps one answer small; the collector's own limit is far above. */
const BATCH_EVENTS = 50;

/** One key per event: storing costs the same however many wait, and two tabs never write the same key. */
export function createQueue(store: Store, onDrop: OnDrop, limits: QueueLimits): Queue {
  const { maxEvents = 1_000, maxBytes = 1_048_576 } = limits;
  let entries = new Map<string, Entry>();
  let total = 0;

  const describe = (key: string, id: string, json: string): Entry => {
    // One more byte for the comma between events.
    return { key, id, json, bytes: new TextEncoder().encode(json).length + 1, busy: false };
  };
  const insert = (entry: Entry): void => {
    total += entry.bytes;
    entries.set(entry.key, entry);
  };
  const forget = (key: string): void => {
    total -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  const end: Queue['end'] = (entry, reason, detail) => {
    store.remove(entry.key);
    forget(entry.key);
    if (reason) onDrop(reason, JSON.parse(entry.json), detail);
  };
  const trim = (): void => {
    for (const entry of entries.values()) {
      if (entries.size <= maxEvents && total <= maxBytes) break;
      if (!entry.busy) end(entry, 'queue_full');
    }
  };
  return {
    size: () => entries.size,
    add(key, id, json) {
      const entry = describe(key, id, json);
      // It would push out everything else and still not fit.
      if (entry.bytes > maxBytes) return end(entry, 'queue_full');
      store.set(key, json);
      insert(entry);
      trim();
    },
    adopt(keys) {
      const others = entries;
      entries = new Map();
      for (const key of keys) {
        const json = store.get(key);
        try {
          if (json && !others.has(key)) insert(describe(key, JSON.parse(json).id, json));
        } catch {
          // Not ours, or cut short by a full disk: nothing that could be sent.
          store.remove(key);
        }
      }
      for (const [key, entry] of others) entries.set(key, entry);
      trim();
    },
    next(room, most) {
      const batch: Entry[] = [];
      for (const entry of entries.values()) {
        if (entry.busy) continue;
        room -= entry.bytes;
        if (batch.length === BATCH_EVENTS || (room < 0 && (batch.length || entry.bytes > most))) break;
        batch.push(entry);
      }
      return batch;
    },
    end,
    handOver() {
      for (const key of store.keys('')) forget(key);
    },
  };
}
