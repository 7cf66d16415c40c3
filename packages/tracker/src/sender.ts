import type { Page } from './page.ts';
import type { Entry, Queue } from './queue.ts';
import { parseRetryAfter, RETRY_AFTER_MAX_MS } from './retry-after.ts';
import type { Store } from './store.ts';
import type { DropReason, TrackerOptions } from './types.ts';

/** Two batches fit into the page's keepalive budget: one in flight and one when the page is left. */
const BATCH_BYTES = 30_000;

/** All keepalive requests in flight share 64 KiB (Fetch §4.6); a little of it is left to the site's own. */
const KEEPALIVE_BYTES = 60_000;

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 300_000;

/** An answer that takes longer counts as none: a hanging connection must not hold up the queue. */
const ANSWER_MS = 30_000;

/** `{"sentAt":…,"events":[…]}` around the events. */
const FRAME_BYTES = 40;

/** The verdicts and the statuses that are the last word on an event, and the reason if that word is no. */
const ENDINGS: { readonly [verdictOrStatus: string]: DropReason | '' | undefined } = {
  ok: '',
  dup: '',
  dropped: 'dropped',
  rejected: 'rejected',
  400: 'refused',
  401: 'refused',
  403: 'refused',
};

/** The collector's verdicts, by event id. */
type Verdicts = Record<string, { readonly r: string; readonly reason?: string } | undefined>;

/** What came back; status 0 when nothing did, no verdicts unless it was the collector that answered. */
type Answer = readonly [status: number, retryAfter: number, verdicts: Verdicts | undefined];

/** Takes batches from the queue to the collector, one request at a time, until each event has a final answer. */
export interface Sender {
  /** Sends at the end of the task, so that the events of one turn share a request. */
  readonly soon: () => void;
  /** Sends now, whatever the backoff says. Resolves when the queue is empty or a request has failed. */
  readonly flush: () => Promise<void> | undefined;
  /** The page may go at any moment: hands the browser all that fits into the keepalive budget, in this very call. */
  readonly leave: () => void;
}

/** Where events go. */
export type SenderTarget = Pick<TrackerOptions, 'endpoint' | 'writeKey'>;

/** What a sender works with. */
export interface SenderParts {
  readonly page: Page;
  readonly store: Store;
  readonly queue: Queue;
}

/** A closure and no class: names of private fields and methods are bytes that no minifier takes out. */
export function createSender({ page, store, queue }: SenderParts, target: SenderTarget): Sender {
  const { endpoint, writeKey } = target;
  const now = (): number => page.Date.now();
  const holdKey = `es:hold:${writeKey}`;
  let bytesInFlight = 0;
  let batchBytes = BATCH_BYTES;
  let failures = 0;
  let backoffUntil = 0;
  let timer: number | undefined;
  let sending: Promise<void> | undefined;

  /** The end of the last `Retry-After`, heard by this page or by any other. */
  const clearedAt = (): number => {
    const heard = Number(store.get(holdKey));
    // Further away than any answer may ask for: the clock was wrong when it was written.
    return heard - now() > RETRY_AFTER_MAX_MS ? 0 : heard;
  };

  const wake = (ms: number): void => {
    page.clearTimeout(timer);
    timer = page.setTimeout(pump, ms);
  };
  const pump = (): Promise<void> | undefined => {
    const batch = queue.next(batchBytes, Infinity);
    if (bytesInFlight || !batch.length) return undefined;
    const wait = Math.max(clearedAt(), backoffUntil) - now();
    if (wait <= 0) return send(batch);
    wake(wait);
    return undefined;
  };
  const send = (batch: readonly Entry[]): Promise<void> => {
    sending = post(batch).then(pump);
    return sending;
  };
  const leave = (): void => {
    while (clearedAt() <= now()) {
      const free = KEEPALIVE_BYTES - bytesInFlight - FRAME_BYTES;
      const batch = queue.next(Math.min(batchBytes, free), free);
      if (!batch.length) break;
      send(batch);
    }
  };

  const post = async (batch: readonly Entry[]): Promise<void> => {
    let bytes = FRAME_BYTES;
    for (const entry of batch) {
      entry.busy = true;
      bytes += entry.bytes;
    }
    bytesInFlight += bytes;
    const answer = await ask(`{"sentAt":${now()},"events":[${batch.map((entry) => entry.json)}]}`);
    bytesInFlight -= bytes;
    settle(batch, answer);
  };
  const ask = async (body: string): Promise<Answer> => {
    let status = 0;
    let retryAfter = 0;
    let verdicts: Verdicts | undefined;
    try {
      // A string body is text/plain;charset=UTF-8, which a browser sends to another origin without asking first.
      const response = await page.fetch(`${endpoint}?k=${encodeURIComponent(writeKey)}`, {
        method: 'POST',
        body,
        credentials: 'omit',
        keepalive: bytesInFlight <= KEEPALIVE_BYTES,
        // Safari before 16 has no timeout; it waits as long as the network does.
        signal: page.AbortSignal.timeout?.(ANSWER_MS) ?? null,
      });
      // To its end, whatever it is: a keepalive request keeps its share of the 64 KiB until its body is read.
      const text = await response.text();
      status = response.status;
      retryAfter = parseRetryAfter(response.headers.get('retry-after'), now());
      // A 200 with another body (a captive portal, an app's fallback page) says nothing about our events.
      if (status === 200) verdicts = JSON.parse(text).results;
    } catch {
      // No answer, or not the collector's: each event stays.
    }
    return [status, retryAfter, verdicts];
  };
  const settle = (batch: readonly Entry[], [status, retryAfter, verdicts]: Answer): void => {
    let again = false;
    for (const entry of batch) {
      const verdict = verdicts?.[entry.id];
      const ending = status === 413 && !batch[1] ? 'too_large' : ENDINGS[verdict?.r ?? status];
      entry.busy = false;
      if (ending === undefined) again = true;
      else queue.end(entry, ending, verdict?.reason ?? `${status}`);
    }
    // No answer halves the batch too: a keepalive request refused for its size looks like one.
    batchBytes = !status || status === 413 ? batchBytes / 2 : BATCH_BYTES;
    if (!again) failures = backoffUntil = 0;
    else if (status !== 413) {
      failures += 1;
      backoffUntil =
        now() + retryAfter + page.Math.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** failures);
      if (retryAfter) store.set(holdKey, `${now() + retryAfter}`);
    }
  };

  return {
    soon() {
      // The timers of a hidden page may never fire again.
      if (page.document.visibilityState === 'hidden' && backoffUntil <= now()) queueMicrotask(leave);
      else wake(0);
    },
    flush() {
      backoffUntil = 0;
      pump();
      return sending;
    },
    leave,
  };
}
