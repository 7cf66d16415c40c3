import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loaderSnippet } from '../loader.ts';
import type { TrackedEvent } from '../types.ts';

/** How the collector behaves: as it should, gone without an answer, storing but losing its answer, or answering 503. */
export type CollectorMood = 'up' | 'down' | 'loses-answers' | { readonly retryAfter: string };

/** A request that reached the collector, and when its answer left. */
export interface Arrival {
  readonly at: number;
  readonly status: number;
  readonly events: readonly TrackedEvent[];
}

/** One origin with pages that carry the snippet, and the collector they send to. */
export class Site {
  mood: CollectorMood = 'up';
  readonly arrivals: Arrival[] = [];
  /** Times each id was accepted. */
  readonly copies = new Map<string, number>();
  readonly events = new Map<string, TrackedEvent>();
  readonly #server: Server;
  readonly #snippet: string;
  #onArrival: () => void = () => undefined;

  private constructor(snippet: string) {
    this.#snippet = snippet;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(snippet: string): Promise<Site> {
    const site = new Site(snippet);
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The `n` of the data of accepted events, each once. */
  get numbers(): Set<number> {
    return new Set([...this.events.values()].map(({ data }) => (data as { n: number }).n));
  }

  /** Wire copies beyond the first. */
  get extraCopies(): number {
    return [...this.copies.values()].reduce((sum, count) => sum + count - 1, 0);
  }

  /** Waits for the condition, asking at each arrival; gives whether it came true in time. */
  async until(condition: () => boolean, timeoutMs = 30_000): Promise<boolean> {
    if (condition()) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(condition()), timeoutMs);
      this.#onArrival = () => {
        if (!condition()) return;
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    if (request.method === 'POST') return this.#collect(request, response);
    if (url.pathname === '/eventstream.js') {
      response.setHeader('content-type', 'text/javascript').end(this.#snippet);
      return undefined;
    }
    const strict = url.searchParams.has('strict');
    response.setHeader('content-type', 'text/html;charset=utf-8');
    if (strict) {
      response.setHeader(
        'content-security-policy',
        "default-src 'none'; connect-src 'self'; script-src 'nonce-r4nd0m'; " +
          "require-trusted-types-for 'script'; trusted-types eventstream",
      );
    }
    response.end(pageHtml(url));
    return undefined;
  }

  async #collect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The page went while it was still sending: nothing arrived.
      return;
    }
    const { events } = JSON.parse(Buffer.concat(chunks).toString()) as { events: readonly TrackedEvent[] };
    const { mood } = this;
    const status = mood === 'up' ? 200 : typeof mood === 'object' ? 503 : 0;
    if (mood === 'up' || mood === 'loses-answers') {
      for (const event of events) {
        this.events.set(event.id, event);
        this.copies.set(event.id, (this.copies.get(event.id) ?? 0) + 1);
      }
    }
    this.arrivals.push({ at: Date.now(), status, events });
    if (status === 0) response.destroy();
    else if (typeof mood === 'object') response.writeHead(503, { 'retry-after': mood.retryAfter }).end();
    else {
      const results = Object.fromEntries(events.map(({ id }) => [id, { r: this.copies.get(id) === 1 ? 'ok' : 'dup' }]));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ results }));
    }
    this.#onArrival();
  }
}

/** A page with the snippet: by the inline loader, or with `?tag` by its script tag alone. */
function pageHtml(url: URL): string {
  const views = url.searchParams.has('views') ? 'site.page.viewed' : undefined;
  const options = { endpoint: '/events', writeKey: 'pub_site' };
  const loader = loaderSnippet({ src: '/eventstream.js', ...options, ...(views && { pageViews: views }) });
  const tag = url.searchParams.has('tag')
    ? `<script nonce="r4nd0m" src="/eventstream.js" data-endpoint="/events" data-write-key="pub_site"></script>`
    : `<script nonce="r4nd0m">${loader}</script>`;
  const watch = `var violations=0;addEventListener('securitypolicyviolation',()=>{violations+=1})`;
  return `<!doctype html><title>${url.pathname}</title><script nonce="r4nd0m">${watch}</script>${tag}<button>go</button>`;
}
