import type { TrackedEvent } from '../types.ts';

/** A request the collector got. */
export interface CollectorRequest {
  readonly at: number;
  readonly url: string;
  readonly keepalive: boolean;
  readonly init: RequestInit;
  readonly sentAt: number;
  readonly events: readonly TrackedEvent[];
}

/** What it answers: a status with headers and a body, verdicts by default `ok` for every event, or no answer at all. */
export interface CollectorAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly verdict?: (event: TrackedEvent) => { readonly r: string; readonly reason?: string } | undefined;
}

/** A collector that remembers: which events it has accepted, and how often. */
export class FakeCollector {
  readonly requests: CollectorRequest[] = [];
  /** Ids in the order of their first acceptance. */
  readonly accepted: string[] = [];
  /** Times an accepted id came again. */
  duplicates = 0;
  /** Decides the answer to each request; throwing is a network failure. A promise keeps the request in flight. */
  answer: (request: CollectorRequest) => CollectorAnswer | Promise<CollectorAnswer> = () => ({});
  #keepaliveInFlight = 0;

  /** `fetch` of one page; like a browser it refuses keepalive bodies beyond 64 KiB in flight. */
  fetchAt(now: () => number): typeof fetch {
    return (async (url: string, init: RequestInit) => {
      const body = String(init.body);
      const bytes = new TextEncoder().encode(body).length;
      const keepalive = init.keepalive === true;
      if (keepalive && this.#keepaliveInFlight + bytes > 65_536) throw new TypeError('Failed to fetch');
      if (keepalive) this.#keepaliveInFlight += bytes;
      const { sentAt, events } = JSON.parse(body);
      const request: CollectorRequest = { at: now(), url, keepalive, init, sentAt, events };
      this.requests.push(request);
      try {
        return this.#reply(request, await this.#orAborted(this.answer(request), init.signal));
      } finally {
        if (keepalive) this.#keepaliveInFlight -= bytes;
      }
    }) as typeof fetch;
  }

  #orAborted<Value>(value: Value | Promise<Value>, signal: AbortSignal | null | undefined): Promise<Value> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      Promise.resolve(value).then(resolve, reject);
    });
  }

  #reply(request: CollectorRequest, answer: CollectorAnswer): Response {
    const { status = 200, headers = {}, verdict = () => ({ r: 'ok' }) } = answer;
    const results: Record<string, unknown> = {};
    for (const event of status === 200 ? request.events : []) {
      const result = verdict(event);
      results[event.id] = result;
      if (result?.r !== 'ok') continue;
      if (this.accepted.includes(event.id)) this.duplicates += 1;
      else this.accepted.push(event.id);
    }
    return new Response(answer.body ?? JSON.stringify({ results }), { status, headers });
  }
}
