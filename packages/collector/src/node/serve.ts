import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Clock,
  configError,
  type Duration,
  EventstreamError,
  parseDuration,
  systemClock,
  type WaitOptions,
  waitFor,
} from '@eventstream/core';
import type { ProducerCloseReport } from '@eventstream/producer';
import type { Collector } from '../collector.ts';
import { answerByFallback, type Fallback } from './fallback.ts';
import { nodeExchange, writeAnswer } from './node-exchange.ts';

/** What {@link serve} takes. */
export interface ServeOptions {
  /** 0 takes a free one; see {@link CollectorServer.url}. */
  readonly port: number;
  /** Default `127.0.0.1`: this machine only. `0.0.0.0` for everybody. */
  readonly host?: string;
  /** The longest time for a request's headers to arrive. Default `10s`. */
  readonly headersTimeout?: Duration;
  /** The longest time for a whole request to arrive. Default `30s`. */
  readonly requestTimeout?: Duration;
  /** How long an idle connection stays open. Default `5s`. */
  readonly keepAliveTimeout?: Duration;
  /** Further connections are closed at once. Default 10,000. */
  readonly maxConnections?: number;
  /** Answers what is not the collector's, such as the page and its script. Default: 404. */
  readonly fallback?: Fallback;
}

/** What closing came to. */
export interface ServerCloseReport {
  /** Requests that were cut off by the deadline, unanswered. */
  readonly cut: number;
  /** What the collector's own producer says; `undefined` for a shared one. */
  readonly producer: ProducerCloseReport | undefined;
}

/** A listening collector. Made by {@link serve}. */
export interface CollectorServer {
  /** Such as `http://127.0.0.1:8081`. */
  readonly url: string;
  /**
   * Takes no more connections, answers what is in flight until `timeoutMs` (default 10,000), cuts what is left and closes the
   * collector. Never rejects. A second call gets the same report.
   */
  close(options?: WaitOptions): Promise<ServerCloseReport>;
  /** `close()` with its default deadline. */
  [Symbol.asyncDispose](): Promise<void>;
}

const defaultCloseMs = 10_000;
/** A refused body is read on for so long that the client sees the answer instead of a reset. */
const lingerMs = 500;
const collectorPaths = /^\/(livez|readyz)(\?|$)/;

class NodeServer implements CollectorServer {
  readonly #collector: Collector;
  readonly #fallback: Fallback | undefined;
  readonly #clock: Clock = systemClock;
  readonly #inFlight = new Set<ServerResponse>();
  readonly #server: Server;
  #closing: Promise<ServerCloseReport> | undefined;
  url = '';

  constructor(collector: Collector, options: ServeOptions) {
    this.#collector = collector;
    this.#fallback = options.fallback;
    const requestTimeout = parseDuration(options.requestTimeout ?? '30s', 'requestTimeout');
    const timeouts = {
      requestTimeout,
      headersTimeout: Math.min(requestTimeout, parseDuration(options.headersTimeout ?? '10s', 'headersTimeout')),
      keepAliveTimeout: parseDuration(options.keepAliveTimeout ?? '5s', 'keepAliveTimeout'),
    };
    // Node looks for late requests every 30 s unless told, which would make 10 s into 40.
    const connectionsCheckingInterval = Math.max(50, Math.min(1_000, timeouts.headersTimeout / 4));
    this.#server = createServer({ ...timeouts, connectionsCheckingInterval }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxConnections = options.maxConnections ?? 10_000;
  }

  async listen(port: number, host: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError(error, host, port)));
      this.#server.listen(port, host, resolve);
    });
    const { address, port: taken, family } = this.#server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
    // Connects in the background: a broker that is away keeps the collector from being ready, not from starting.
    void this.#collector.readiness();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inFlight.add(response);
    response.once('close', () => this.#inFlight.delete(response));
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    const target = request.url ?? '';
    if (this.#fallback !== undefined && !this.#isCollectors(target)) {
      await answerByFallback(this.#fallback, request, response);
      return;
    }
    const answer = await this.#collector.handle(nodeExchange(request));
    if (response.destroyed) return;
    const whole = request.complete;
    writeAnswer(response, answer, whole && this.#closing === undefined);
    if (!whole) this.#linger(request);
  }

  #isCollectors(target: string): boolean {
    const mark = target.indexOf('?');
    return collectorPaths.test(target) || (mark < 0 ? target : target.slice(0, mark)) === this.#collector.path;
  }

  #linger(request: IncomingMessage): void {
    request.resume();
    const cancel = this.#clock.after(lingerMs, () => request.socket.destroy());
    request.once('close', cancel);
  }

  close(options: WaitOptions = {}): Promise<ServerCloseReport> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close({ timeoutMs = defaultCloseMs, ...options }: WaitOptions): Promise<ServerCloseReport> {
    const deadline = this.#clock.elapsed() + timeoutMs;
    this.#collector.drain();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    await waitFor(closed, { operation: 'close', timeoutMs, ...options }).catch(() => undefined);
    const cut = this.#inFlight.size;
    this.#server.closeAllConnections();
    const left = Math.max(0, deadline - this.#clock.elapsed());
    return { cut, producer: await this.#collector.close({ timeoutMs: left, ...options }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new EventstreamError('port-taken', {
      message: `Port ${port} on ${host} is taken. Stop what listens there (find it with: lsof -i :${port}), or choose another port; 0 takes a free one.`,
      facts: { host, port },
      cause: error,
    });
  }
  return configError(
    'port',
    `cannot listen on ${host}:${port} (${error.code ?? error.message}). Choose another port or host.`,
  );
}

/**
 * Serves a collector over HTTP, with the timeouts and bounds an open port needs, and resolves when it listens. Closing it
 * closes the collector. Rejects with `port-taken`, or `config-invalid` where it may not listen.
 *
 * TLS is left to the proxy in front.
 *
 * @example
 * ```ts
 * import type { Collector } from '@eventstream/collector';
 * import { serve } from '@eventstream/collector/node';
 *
 * async function start(collector: Collector) {
 *   await using server = await serve(collector, { port: 0 });
 *   console.assert((await fetch(`${server.url}/livez`)).ok);
 * }
 * console.assert(typeof start === 'function');
 * ```
 */
export async function serve(collector: Collector, options: ServeOptions): Promise<CollectorServer> {
  const server = new NodeServer(collector, options);
  await server.listen(options.port, options.host ?? '127.0.0.1');
  return server;
}
