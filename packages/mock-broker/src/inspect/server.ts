import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMockBrokerError } from '../errors.ts';
import { explainListen } from '../network/listener.ts';
import { HttpProblem } from './http-problem.ts';
import { LiveEvents } from './live.ts';
import { Query } from './query.ts';
import { type Inspected, type Route, routes } from './routes.ts';

const LOOPBACK = '127.0.0.1';
/** A page elsewhere may let its own name point here (DNS rebinding): whoever asks has to ask for one of these. */
const ownNames = new Set([LOOPBACK, 'localhost', '[::1]']);
const live = { path: '/events', tells: 'what happens, as it does (text/event-stream)', query: ['types'] };

/** Tells over HTTP, on loopback alone and to read only, what a broker's inspection API tells. */
export class InspectServer {
  readonly #broker: Inspected;
  readonly #live: LiveEvents;
  #server: Server | undefined;

  constructor(broker: Inspected) {
    this.#broker = broker;
    this.#live = new LiveEvents(broker);
  }

  /** Where it is, while it is open. */
  get url(): string | undefined {
    const address = this.#server?.address() as AddressInfo | undefined | null;
    return address ? `http://${LOOPBACK}:${address.port}` : undefined;
  }

  /** @throws MockBrokerError `PORT_IN_USE` */
  async open(port: number): Promise<void> {
    // Loaded only by who looks in: the program starts the sooner.
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) => reject(explainListen(cause, LOOPBACK, port)));
      server.listen(port, LOOPBACK, resolve);
    });
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    try {
      const asked = urlOf(request);
      if (asked.pathname === live.path) {
        const query = new Query(asked.searchParams, live.query);
        if (request.method === 'HEAD') send(response, 200, undefined);
        else this.#live.follow(response, query);
      } else send(response, 200, await this.#answer(asked));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 405) response.setHeader('allow', 'GET, HEAD');
      send(response, problem.status, { error: problem.message });
    }
  }

  async #answer(asked: URL): Promise<unknown> {
    if (asked.pathname === '/') return index();
    const segments = asked.pathname.split('/').map(decoded);
    const route = routes.find(({ path }) => fits(path, segments));
    if (!route) throw new HttpProblem(404, `There is nothing at ${asked.pathname}: / tells what there is.`);
    return await route.answer(this.#broker, { name: segments[2] ?? '', query: queryOf(asked, route) });
  }
}

function index() {
  const places = [...routes, live].map(({ path, tells, query }) => ({ path, tells, query }));
  return { about: 'The state of a mock Kafka cluster, to be read.', places };
}

function urlOf({ headers, method, url }: IncomingMessage): URL {
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (!ownNames.has(name)) {
    throw new HttpProblem(
      403,
      `Asked for the host "${name}": this server answers to ${[...ownNames].join(', ')} only.`,
    );
  }
  if (method !== 'GET' && method !== 'HEAD') {
    throw new HttpProblem(405, `${method} is not served: this is to be read only, by GET and HEAD.`);
  }
  return URL.canParse(url ?? '', `http://${LOOPBACK}`)
    ? new URL(url ?? '', `http://${LOOPBACK}`)
    : refuse(`"${url}" is no path.`);
}

function fits(path: string, segments: readonly string[]): boolean {
  const wanted = path.split('/');
  return (
    wanted.length === segments.length &&
    wanted.every((one, at) => one === segments[at] || (one === ':name' && segments[at] !== ''))
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return refuse(`"${segment}" is not encoded as a part of a path is.`);
  }
}

function queryOf({ searchParams }: URL, { query }: Route): Query {
  return new Query(searchParams, query);
}

function refuse(message: string): never {
  throw new HttpProblem(400, message);
}

/** What is wrong with the request. Anything else is a defect of this broker and is to be seen as one. */
function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (isMockBrokerError(error) && error.code.startsWith('UNKNOWN_')) return new HttpProblem(404, error.message);
  throw error;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const isNothing = body === undefined;
  response.writeHead(status, { 'content-type': isNothing ? 'text/event-stream' : 'application/json; charset=utf-8' });
  // Node leaves the body of an answer to HEAD out by itself.
  response.end(isNothing ? '' : JSON.stringify(body, plain));
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
