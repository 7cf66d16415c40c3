import { startTracker } from './tracker.ts';
import type { CatalogTypes, Tracker, TrackerOptions } from './types.ts';

/**
 * A tracker for this page, typed by a catalog of which not one byte is shipped.
 *
 * An event is stored before `track` returns and stays stored until the collector has given its verdict on it, so it
 * survives a closed tab, a crash and an outage; copies sent meanwhile carry the same id. Only in a browser: there
 * is no `window` on a server.
 *
 * @example
 * ```ts no-run reason="it needs a page"
 * import { createTracker } from '@eventstream/tracker';
 * import type { shop } from './catalog.ts';
 *
 * const track = createTracker<typeof shop>({ endpoint: '/events', writeKey: 'pub_shop' });
 * track('shop.cart.changed', { sku: 'A1', quantity: 2 });
 * ```
 */
export function createTracker<Catalog extends CatalogTypes = CatalogTypes>(
  options: TrackerOptions<Catalog>,
): Tracker<Catalog> {
  return startTracker(options, window);
}

export type {
  CatalogTypes,
  Drop,
  DropReason,
  EventInput,
  EventTypes,
  PageView,
  PageViewTypes,
  TrackedEvent,
  Tracker,
  TrackerOptions,
  TrackerReport,
  TrackOptions,
} from './types.ts';
