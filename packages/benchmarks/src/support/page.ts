import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { loaderSnippet } from '@eventstream/tracker/loader';

/** The text of the tracker as a site serves it. */
export function snippetText(): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve('@eventstream/tracker/snippet.js'), 'utf8');
}

/** A page with the tracker pasted into it, and a collector that takes everything. */
export async function trackedPage(): Promise<AsyncDisposable & { readonly url: string }> {
  const snippet = await snippetText();
  const paste = loaderSnippet({ src: '/snippet.js', endpoint: '/v1/events', writeKey: 'pub_bench' });
  const html = `<!doctype html><title>bench</title><script>${paste}</script>`;
  const server = createServer(async (request, response) => {
    if (request.url === '/snippet.js') response.setHeader('content-type', 'text/javascript').end(snippet);
    else if (request.method !== 'POST') response.setHeader('content-type', 'text/html').end(html);
    else {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { events } = JSON.parse(Buffer.concat(chunks).toString()) as { events: readonly { id: string }[] };
      const results = Object.fromEntries(events.map(({ id }) => [id, { r: 'ok' }]));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ results }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
