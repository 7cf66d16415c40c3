import { uuidv7 } from './ids.ts';
import type { Page } from './page.ts';
import type { Store } from './store.ts';

/** Every stored event is under this prefix, whatever the write key. */
export const QUEUE_PREFIX = 'es:q:';

/** Counting starts here, so that every key has as many digits and sorting them as text keeps the order. */
const FIRST_SEQ = 1_000_000_000;

/** The length of `:<seq>`. */
const SEQ_CHARS = 11;

/** Who may send which stored events. */
export interface Tabs {
  /** Opens a new tab of our own, under which the next events are stored. */
  claim(): void;
  /** The store key of this page's next event. */
  nextKey(): string;
  /** Takes over the stored events of every tab whose lock is free. */
  adoptOrphans(): void;
  /** Lets go of every lock: from now on these events are the next page's. */
  release(): void;
}

/**
 * A stored event belongs to the holder of its tab's lock, one page at a time.
 *
 * A Web Lock dies with its page, also when the renderer is killed, so a dead tab needs no heartbeat to be noticed and an
 * idle one writes nothing. Keys are `es:q:<tab>:<seq>`, a tab being `<write key>/<uuid>`.
 */
export function createTabs(
  page: Page,
  store: Store,
  { writeKey, adopt }: { readonly writeKey: string; readonly adopt: (keys: readonly string[]) => void },
): Tabs {
  const prefix = `${QUEUE_PREFIX}${writeKey}/`;
  let own: string;
  let seq = FIRST_SEQ;
  let held: Promise<void> | undefined;
  let release: () => void;

  const take = (tab: string, ifAvailable: boolean): void => {
    const until = held;
    const taken = (lock: unknown): Promise<void> | undefined => {
      // The page may have been left, and its locks released, before this one was granted.
      if (lock && ifAvailable && until === held) adopt(store.keys(`${tab}:`));
      return lock ? until : undefined;
    };
    const { locks } = page.navigator;
    if (locks) locks.request(tab, { ifAvailable }, taken).catch(() => undefined);
    // Without locks (an insecure origin) two tabs may both send an event, under the same id.
    else taken(true);
  };
  const adoptOrphans = (): void => {
    const tabs = new Set(store.keys(prefix).map((key) => key.slice(0, -SEQ_CHARS)));
    // Each goes in front of the others, so the oldest comes last. Our own lock is not free to ourselves either.
    for (const tab of [...tabs].reverse()) take(tab, true);
  };
  return {
    claim() {
      held = new Promise((resolve) => {
        release = resolve;
      });
      // A time-ordered id: the tab that was opened first is adopted first.
      own = prefix + uuidv7(page.Date.now());
      take(own, false);
    },
    nextKey() {
      seq += 1;
      return `${own}:${seq}`;
    },
    adoptOrphans,
    release() {
      held = undefined;
      release();
    },
  };
}
