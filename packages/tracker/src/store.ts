import type { Page } from './page.ts';

/** The part of localStorage the tracker uses; what cannot be stored is kept for the life of the page. It never throws. */
export interface Store {
  readonly get: (key: string) => string | null;
  readonly set: (key: string, value: string) => void;
  readonly remove: (key: string) => void;
  /** The keys with this prefix that outlive the page, in order. */
  readonly keys: (prefix: string) => string[];
}

/** A store on localStorage, or in memory where the browser denies it or the site does not want it. */
export function openStore(page: Page, useDevice: boolean): Store {
  const memory = new Map<string, string>();
  let device: Storage | undefined;
  try {
    if (useDevice) device = page.localStorage;
  } catch {
    // Sandboxed frames and blocked site data throw on the mere access.
  }
  return {
    get: (key) => memory.get(key) ?? device?.getItem(key) ?? null,
    set(key, value) {
      try {
        (device as Storage).setItem(key, value);
        memory.delete(key);
      } catch {
        // Full, or there is none.
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.delete(key);
      device?.removeItem(key);
    },
    keys: (prefix) =>
      Object.keys(device ?? {})
        .filter((key) => key.startsWith(prefix))
        .sort(),
  };
}
