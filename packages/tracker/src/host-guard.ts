import type { Page } from './page.ts';
import type { Store } from './store.ts';
import { QUEUE_PREFIX } from './tabs.ts';

/**
 * Lets the site's own `setItem` win: when localStorage is full, stored events make room, oldest first.
 *
 * Each live tab keeps its events in memory too, so what is evicted here is only their protection against a crash.
 * There is no event for a full storage, hence the patch; it stays after `close`, because taking it back would take out
 * what others have patched after us. Assigning `localStorage.key = value` does not pass through it.
 */
export function guardHostStorage(page: Page, store: Store): void {
  const prototype = page.Storage.prototype;
  const original = prototype.setItem;
  prototype.setItem = function (this: Storage, key: string, value: string): void {
    let evictable: string[] | undefined;
    for (;;) {
      try {
        original.call(this, key, value);
        return;
      } catch (error) {
        const ours = key.startsWith(QUEUE_PREFIX) || this !== page.localStorage;
        evictable ??= ours ? [] : store.keys(QUEUE_PREFIX);
        const oldest = evictable.shift();
        if (!oldest) throw error;
        store.remove(oldest);
      }
    }
  };
}
