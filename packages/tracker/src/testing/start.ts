import { startTracker } from '../tracker.ts';
import type { CatalogTypes, Drop, Tracker, TrackerOptions } from '../types.ts';
import { FakeBrowser, type FakePage, type FakePageOptions } from './fake-browser.ts';

/** A tracker in a fake page, with what it dropped. */
export interface Started {
  readonly browser: FakeBrowser;
  readonly page: FakePage;
  readonly track: Tracker<CatalogTypes>;
  readonly drops: Drop[];
}

/** Opens a page of the browser with a tracker in it; reads `{ event, options }` with defaults for both. */
export function start(
  browser: FakeBrowser = new FakeBrowser(),
  options: Partial<TrackerOptions> & { readonly on?: FakePageOptions } = {},
): Started {
  const { on, ...tracker } = options;
  const page = browser.open(on);
  const drops: Drop[] = [];
  const track = startTracker(
    { endpoint: '/events', writeKey: 'pub_shop', onDropped: (drop) => drops.push(drop), ...tracker },
    page.window,
  );
  return { browser, page, track, drops };
}

/** The numbers that were tracked as `{ n }`, as they went over the wire, request by request. */
export function sentNumbers(browser: FakeBrowser): number[][] {
  return browser.collector.requests.map(({ events }) => events.map(({ data }) => (data as { n: number }).n));
}

/** The keys of stored events. */
export function storedEvents(browser: FakeBrowser): string[] {
  return [...browser.storage.data.keys()].filter((key) => key.startsWith('es:q:')).sort();
}
