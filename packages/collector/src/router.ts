import type { AnyCatalog } from '@eventstream/contracts';
import type { MomentHub } from '@eventstream/core';
import type { Producer } from '@eventstream/producer';
import type { Access } from './access.ts';
import { type Delivery, deliver } from './deliver.ts';
import { type Answer, type Exchange, jsonAnswer } from './exchange.ts';
import type { Health } from './health.ts';
import type { CollectorSettings } from './options.ts';
import { BodyReader } from './read-body.ts';
import type { RecentIds } from './recent-ids.ts';
import { Refusal } from './refusal.ts';
import { RequestReader } from './request-text.ts';

/** What answering needs. */
export interface RouterContext {
  readonly settings: CollectorSettings;
  readonly access: Access;
  readonly health: Health;
  readonly moments: MomentHub;
  readonly producer: Producer<AnyCatalog>;
  readonly recent: RecentIds;
}

/** What a request came to, for the `collector.request` moment. */
interface Tally {
  events: number;
  bytes: number;
}

const eventTypes: ReadonlySet<string> = new Set(['text/plain', 'application/json']);

/** Path and query of a request target. */
export function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?');
  if (mark < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

/** Answers requests. Never rejects. */
export class Router {
  readonly #context: RouterContext;
  readonly #bodies: BodyReader;

  constructor(context: RouterContext) {
    this.#context = context;
    this.#bodies = new BodyReader(context.settings.limits);
  }

  async answer(exchange: Exchange): Promise<Answer> {
    const { path, query } = splitTarget(exchange.target);
    if (path === '/livez' || path === '/readyz') return this.#health(exchange, path);
    if (path !== this.#context.settings.path) {
      return refusalAnswer(
        new Refusal('not-found', `There is nothing here. Events go to ${this.#context.settings.path}.`),
      );
    }
    return this.#events(exchange, query.get('k'));
  }

  async #health({ method }: Exchange, path: string): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD') return methodRefusal('GET, HEAD');
    const state = path === '/livez' ? { live: true } : await this.#context.health.readiness();
    const status = 'ready' in state && !state.ready ? 503 : 200;
    const answer = jsonAnswer(status, state);
    return method === 'HEAD' ? { ...answer, body: null } : answer;
  }

  async #events(exchange: Exchange, key: string | null): Promise<Answer> {
    const { settings, access, moments } = this.#context;
    const startedAt = settings.clock.elapsed();
    const tally: Tally = { events: 0, bytes: 0 };
    const answer = await this.#eventsAnswer(exchange, key, tally).catch((error: unknown) => refusalAnswer(error));
    if (moments.wants('collector.request')) {
      const durationMs = settings.clock.elapsed() - startedAt;
      moments.publish('collector.request', { status: answer.status, ...tally, durationMs });
    }
    return { ...answer, headers: { ...answer.headers, ...access.headersFor(exchange.header('origin')) } };
  }

  async #eventsAnswer(exchange: Exchange, key: string | null, tally: Tally): Promise<Answer> {
    const { settings, access, health } = this.#context;
    this.#assertUrl(exchange.target);
    if (exchange.method === 'OPTIONS') {
      const headers = { 'cache-control': 'no-store', ...access.preflight(key, exchange.header) };
      return { status: 204, headers, body: null };
    }
    if (exchange.method !== 'POST') return methodRefusal('POST, OPTIONS');
    access.assertMaySend(key, exchange.header('origin'));
    assertContentType(exchange);
    if (health.closing) throw new Refusal('closing', 'The collector is shutting down. Send the same events again.');
    return this.#bodies.with(exchange, async (bytes) => {
      tally.bytes = bytes.length;
      const content = new RequestReader(bytes, settings.limits).read();
      tally.events = content.events.length;
      return this.#deliveryAnswer(await deliver(content, this.#context));
    });
  }

  #deliveryAnswer({ results, durable }: Delivery): Answer {
    const all = [...results.values()];
    const body = { results: Object.fromEntries(results) };
    if (all.length > 0 && all.every(({ r }) => r === 'retry')) {
      // Spread over five seconds, or everybody comes back in the same one.
      const retryAfter = String(1 + Math.floor(this.#context.settings.random() * 5));
      return jsonAnswer(503, body, { 'retry-after': retryAfter });
    }
    return jsonAnswer(200, body, durable === undefined ? {} : { 'eventstream-durable': durable });
  }

  #assertUrl(target: string): void {
    const limit = this.#context.settings.limits.urlBytes;
    if (target.length <= limit) return;
    const message = `Path and query have ${target.length} bytes; the limit is ${limit}.`;
    throw new Refusal('url-too-long', message, { limit, actual: target.length });
  }
}

function assertContentType({ header }: Exchange): void {
  const [type = '', ...parameters] = (header('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const encoding = header('content-encoding') ?? 'identity';
  if (eventTypes.has(type.trim()) && isUtf8 && encoding === 'identity') return;
  throw new Refusal(
    'content-type-unsupported',
    'Send text/plain or application/json in UTF-8, without content-encoding: compression is not taken yet.',
  );
}

function methodRefusal(allow: string): Answer {
  const answer = refusalAnswer(new Refusal('method-not-allowed', `Use ${allow}.`));
  return { ...answer, headers: { ...answer.headers, allow } };
}

/** The answer to a request that is refused as a whole. What is not a refusal is a bug, of which nothing is told outside. */
export function refusalAnswer(error: unknown): Answer {
  const refusal =
    error instanceof Refusal ? error : new Refusal('internal', 'The collector failed. Send the same events again.');
  const { code, message, bound, status } = refusal;
  const headers: Record<string, string> = status >= 500 ? { 'retry-after': '5' } : {};
  return jsonAnswer(status, { error: { code, message, ...bound } }, headers);
}
