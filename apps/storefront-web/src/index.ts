import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { loaderSnippet } from '@eventstream/tracker/loader';
import { shopWriteKey } from '@eventstream-apps/shop-contracts';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';

/** What the shop needs to know. */
export interface StorefrontSettings {
  readonly port: number;
  readonly host?: string;
  /** Where the collector and the orders API answer, once they do. */
  readonly links: () => { readonly collector: string; readonly ordersApi: string };
}

const page = new URL('../public/shop.html', import.meta.url);
const snippet = createRequire(import.meta.url).resolve('@eventstream/tracker/snippet.js');

/** Starts a web shop: one page, pasted snippet, no framework. */
export async function startStorefront({ port, host = '127.0.0.1', links }: StorefrontSettings) {
  const app = new Hono();
  app.get('/healthz', (context) => context.text('ok'));
  app.get('/snippet.js', async (context) => {
    context.header('cache-control', 'public, max-age=3600');
    return context.body(await readFile(snippet, 'utf8'), 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });
  app.get('*', async (context) => {
    const { collector, ordersApi } = links();
    const paste = loaderSnippet({
      src: '/snippet.js',
      endpoint: `${collector}/v1/events`,
      writeKey: shopWriteKey,
      pageViews: 'shop.page.viewed',
    });
    const html = await readFile(page, 'utf8');
    return context.html(
      html
        .replace('<!-- the tracker, pasted -->', () => `<script>${paste}</script>`)
        .replaceAll('{{orders-api}}', ordersApi),
    );
  });

  const server = createAdaptorServer(app);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
