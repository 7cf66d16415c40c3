/**
 * What the tracker needs to know of a catalog: the types of its events, nothing else.
 *
 * It is structural, so a page imports its catalog with `import type` and ships no byte of it.
 */
export interface CatalogTypes {
  readonly '~types': { readonly [type: string]: { readonly input: unknown; readonly output: unknown } };
}

/** The type strings of a catalog. */
export type EventTypes<Catalog extends CatalogTypes> = keyof Catalog['~types'] & string;

/** The data an event of this type is tracked with. */
export type EventInput<
  Catalog extends CatalogTypes,
  Type extends EventTypes<Catalog>,
> = Catalog['~types'][Type]['input'];

/** The types of a catalog whose data can be filled from a page view. */
export type PageViewTypes<Catalog extends CatalogTypes> = {
  [Type in EventTypes<Catalog>]: PageView extends EventInput<Catalog, Type> ? Type : never;
}[EventTypes<Catalog>];

/** The data of an automatic page view. */
export interface PageView {
  /** The viewed page, without its hash. */
  readonly url: string;
  /** The page before: `document.referrer` on the first view, the last viewed URL in a single-page app, `''` after a restore. */
  readonly referrer: string;
  /** `document.title` at the end of the turn of the navigation. */
  readonly title: string;
}

/** One event as it travels to the collector. Times are epoch milliseconds of the browser's clock. */
export interface TrackedEvent {
  readonly id: string;
  readonly type: string;
  readonly time: number;
  readonly visitor: string;
  readonly session: string;
  readonly page: string;
  readonly traceparent: string;
  readonly data: unknown;
}

/**
 * Why an event will never be delivered.
 *
 * - `queue_full`: the oldest event made room for a newer one, or this one alone is larger than the queue
 * - `not_serialisable`: its data is no JSON (a cycle, a BigInt)
 * - `too_large`: the collector answered 413 to this event alone
 * - `refused`: the collector answered 400, 401 or 403; `detail` is the status
 * - `rejected`, `dropped`: the collector's verdict on this event; `detail` is its reason
 * - `closed`: tracked after `close()`
 */
export type DropReason =
  | 'queue_full'
  | 'not_serialisable'
  | 'too_large'
  | 'refused'
  | 'rejected'
  | 'dropped'
  | 'closed';

/** An event that will never be delivered, and why. */
export interface Drop {
  readonly reason: DropReason;
  /** The HTTP status or the collector's own words, where there are any. */
  readonly detail: string | undefined;
  readonly event: TrackedEvent;
}

/** What `flush` and `close` know when they are done. */
export interface TrackerReport {
  /** Events still waiting; they are sent later, by this page or by the next one. */
  readonly waiting: number;
  /** Events this page gave up since it was loaded; `onDropped` named each of them. */
  readonly dropped: number;
}

/** Options of {@link createTracker}. */
export interface TrackerOptions<Catalog extends CatalogTypes = CatalogTypes> {
  /** Where batches are posted: an absolute URL, or a path on this origin. */
  readonly endpoint: string;
  /** The site's public, ingest-only key. Events waiting under one key are never sent with another. */
  readonly writeKey: string;
  /** Send page views as this event type; its data must accept {@link PageView}. Default: no automatic page views. */
  readonly pageViews?: PageViewTypes<Catalog>;
  /** Rewrites each URL before it is stored or sent, to take out what must not leave the page. Default: cut the hash off. */
  readonly cleanUrl?: (url: string) => string;
  /**
   * `local` keeps the visitor, the session and unsent events in localStorage; `memory` writes nothing to the device, so
   * unsent events die with the page. Default `local`, and `memory` where the browser denies storage.
   */
  readonly storage?: 'local' | 'memory';
  /** Most events that may wait, adopted ones included. Default 1,000. */
  readonly maxEvents?: number;
  /** Most bytes of JSON that may wait. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Called once for each event that will never be delivered, after the call that found out has ended. */
  readonly onDropped?: (drop: Drop) => void;
}

/** Per-event options of `track`. */
export interface TrackOptions {
  /** The event's id, for when the page already has one; a UUIDv7. Default: a new one. */
  readonly id?: string;
  /** When it happened, in epoch milliseconds. Default: now. */
  readonly time?: number;
  /** The W3C trace context the event belongs to. Default: the root of a new, sampled trace. */
  readonly traceparent?: string;
}

/** A tracker: call it to track an event. */
export interface Tracker<Catalog extends CatalogTypes = CatalogTypes> {
  /**
   * Stores the event and sends it at the end of the task; gives its id.
   *
   * It never waits, and throws only what `cleanUrl` throws: what cannot be kept is counted and handed to `onDropped`.
   */
  <Type extends EventTypes<Catalog>>(type: Type, data: EventInput<Catalog, Type>, options?: TrackOptions): string;
  /** This browser's pseudonymous id. Reading it stores it. */
  readonly visitor: string;
  /** Counts a view of the current page now, for apps that change page without changing the URL. Needs `pageViews`. */
  page(): void;
  /** Sends what waits, without waiting for a backoff (a `Retry-After` is still honoured), until it is gone or a request fails. */
  flush(): Promise<TrackerReport>;
  /** Flushes, then takes every listener and lock back. What still waits is sent by the next page. */
  close(): Promise<TrackerReport>;
}
