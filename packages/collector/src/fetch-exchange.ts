import type { Answer, Exchange } from './exchange.ts';

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    ended = true;
  } finally {
    // Left early, because the limit is passed: the rest of the body should not go on arriving.
    if (!ended) void reader.cancel().catch(() => undefined);
  }
}

/** A fetch request as the collector sees it. */
export function fetchExchange(request: Request): Exchange {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    header: (name) => request.headers.get(name) ?? undefined,
    body: request.body === null ? undefined : chunksOf(request.body),
  };
}

/** A collector's answer as a fetch response. */
export function fetchResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers: { ...headers } });
}
