import { startTracker } from './tracker.ts';
import type { TrackerOptions, TrackOptions } from './types.ts';

/** One `eventstream(type, data, options)` call. */
type Call = [type: string, data: unknown, options?: TrackOptions];

/** What a page may have put in our place: the loader's stub with its calls and their times, or a plain array of calls. */
type Placeholder =
  | { readonly q: readonly (readonly [time: number, ...Call])[] }
  | (readonly Call[] & { readonly q?: never });

/** The script's own tag carries the options: no inline script is needed. */
function startSnippet(page: Window & typeof globalThis & { eventstream?: Placeholder }): void {
  const options = (page.document.currentScript as HTMLElement).dataset as unknown as TrackerOptions;
  if (!options.endpoint || !options.writeKey) throw new Error('eventstream: no data-endpoint or data-write-key');
  const track = startTracker(options, page);
  const push = (call: Call): string => track(...call);
  const { eventstream = [] } = page;
  page.eventstream = Object.assign(track, { push }) as unknown as Placeholder;
  if (!eventstream.q) eventstream.forEach(push);
  else for (const [time, type, data, options] of eventstream.q) track(type, data, { time, ...options });
}

startSnippet(window);
