import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Exchange } from '../exchange.ts';

/** A request of Node's HTTP server as the collector sees it. */
export function nodeExchange(request: IncomingMessage): Exchange {
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    // Leaving a body half read must not destroy the connection its answer goes out on.
    body: request.iterator({ destroyOnReturn: false }),
  };
}

/** Writes an answer. `keepAlive` false asks the client to take another connection next time. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: Answer, keepAlive: boolean): void {
  const content = body ?? '';
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(content) };
  response.writeHead(status, { ...headers, ...length, ...(keepAlive ? {} : { connection: 'close' }) });
  response.end(content);
}
