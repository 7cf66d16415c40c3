import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { followShop, type Update } from './feed.ts';

/** What the live page needs to know. */
export interface LiveDashboardSettings {
  readonly brokers: string;
  readonly port: number;
  readonly host?: string;
}

const files = {
  '/': ['live.html', 'text/html'],
  '/live.js': ['live.js', 'text/javascript'],
  '/live.css': ['live.css', 'text/css'],
} as const;
const flushMs = 100;
const keep = 10_000;

/** Starts the live page. */
export async function startLiveDashboard({ brokers, port, host = '127.0.0.1' }: LiveDashboardSettings) {
  const feed = await followShop(brokers);
  const open = new Set<() => void>();
  const app = new Hono();
  app.get('/healthz', (context) => context.text('ok'));
  for (const [path, [name, type]] of Object.entries(files)) {
    app.get(path, async (context) => {
      const body = await readFile(new URL(`../public/${name}`, import.meta.url), 'utf8');
      return context.body(body, 200, { 'content-type': `${type}; charset=utf-8` });
    });
  }
  app.get('/stream', (context) =>
    streamSSE(context, async (stream) => {
      // A burst of ten thousand events becomes a handful of messages; a page that reads slowly misses the oldest.
      const waiting: Update[] = [];
      const forget = feed.listen((update) => {
        waiting.push(update);
        if (waiting.length > keep) waiting.shift();
      });
      const ended = new Promise<void>((resolve) => {
        open.add(resolve);
        stream.onAbort(resolve);
      });
      let streaming = true;
      void ended.then(() => {
        streaming = false;
      });
      while (streaming) {
        const updates = waiting.splice(0);
        if (updates.length > 0) await stream.writeSSE({ data: JSON.stringify(updates) });
        await Promise.race([ended, stream.sleep(flushMs)]);
      }
      forget();
    }),
  );

  const server = createAdaptorServer(app);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const end of open) end();
      await feed.close();
      const closed = new Promise((resolve) => server.close(resolve));
      // Open pages hold their stream; they reconnect by themselves.
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
