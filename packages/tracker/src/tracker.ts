import { guardHostStorage } from './host-guard.ts';
import { sessionOf, visitorOf } from './identity.ts';
import { newTraceparent, uuidv7 } from './ids.ts';
import type { Listen, Page } from './page.ts';
import { watchPageViews } from './page-views.ts';
import { createQueue, type OnDrop } from './queue.ts';
import { createSender } from './sender.ts';
import { openStore } from './store.ts';
import { createTabs } from './tabs.ts';
import type { CatalogTypes, TrackedEvent, Tracker, TrackerOptions, TrackerReport, TrackOptions } from './types.ts';

/** A tracker in that page; `createTracker` starts it in the real one. It only wires parts, in one scope for the sake of size. */
export function startTracker<C extends CatalogTypes>(options: TrackerOptions<C>, page: Page): Tracker<C> {
  const { writeKey, pageViews, cleanUrl = (url) => url } = options;
  const { document } = page;
  const closed = new AbortController();
  const { signal } = closed;
  let dropped = 0;

  const onDrop: OnDrop = (reason, event, detail) => {
    dropped += 1;
    // Later, so that whatever it throws is the page's own error and stops nothing here.
    queueMicrotask(() => options.onDropped?.({ reason, event, detail }));
  };
  const store = openStore(page, options.storage !== 'memory');
  const queue = createQueue(store, onDrop, options);
  const sender = createSender({ page, store, queue }, options);
  const tabs = createTabs(page, store, {
    writeKey,
    adopt: (keys) => {
      queue.adopt(keys);
      sender.soon();
    },
  });

  const here = (): string => cleanUrl(page.location.href.split('#')[0] as string);
  const track = (type: string, data: unknown, given?: TrackOptions): string => {
    const now = page.Date.now();
    const event: TrackedEvent = {
      id: uuidv7(now),
      type,
      time: now,
      visitor: visitorOf(store, now),
      session: sessionOf(store, now),
      page: here(),
      traceparent: newTraceparent(),
      ...given,
      data,
    };
    try {
      if (signal.aborted) onDrop('closed', event);
      else queue.add(tabs.nextKey(), event.id, JSON.stringify(event));
    } catch {
      onDrop('not_serialisable', event);
    }
    sender.soon();
    return event.id;
  };
  const listen: Listen = (target, name, listener) =>
    target.addEventListener(name, listener as (event: Event) => void, { signal });
  guardHostStorage(page, store);
  tabs.claim();
  tabs.adoptOrphans();
  const views =
    pageViews &&
    watchPageViews(page, listen, {
      here,
      referrer: document.referrer && cleanUrl(document.referrer),
      onView: (view) => signal.aborted || track(pageViews, view),
    });
  const flush = async (): Promise<TrackerReport> => {
    views?.settle();
    tabs.adoptOrphans();
    await sender.flush();
    return { waiting: queue.size(), dropped };
  };
  const leave = (): void => {
    views?.settle();
    sender.leave();
  };
  const handOver = (): void => {
    queue.handOver();
    tabs.release();
  };

  // No `unload`, no `beforeunload`: they keep a page out of the back/forward cache.
  listen(document, 'visibilitychange', () => (document.visibilityState === 'hidden' ? leave() : flush()));
  listen(page, 'pagehide', () => {
    leave();
    handOver();
  });
  listen(page, 'pageshow', ({ persisted }) => {
    if (!persisted) return;
    tabs.claim();
    views?.count('');
    flush();
  });
  listen(page, 'online', flush);
  const close = async (): Promise<TrackerReport> => {
    const report = await flush();
    closed.abort();
    handOver();
    return report;
  };
  const tracker = Object.assign(track, { page: () => views?.count(), flush, close });
  return Object.defineProperty(tracker, 'visitor', {
    get: () => visitorOf(store, page.Date.now()),
  }) as unknown as Tracker<C>;
}
