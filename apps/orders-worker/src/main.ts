import { shutdownSignal } from '@eventstream/consumer';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { startOrdersWorker } from './index.ts';

const { KAFKA_BROKERS = '127.0.0.1:9092', PORT = '8084', HOST = '127.0.0.1' } = process.env;
const worker = startOrdersWorker({ brokers: KAFKA_BROKERS, signal: shutdownSignal(), log: console.log });

let ready = false;
const app = new Hono().get('/healthz', (context) =>
  ready ? context.text('ok') : context.text('not assigned yet', 503),
);
const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: HOST });
worker.ready.then(() => {
  ready = true;
  console.log('worker ready');
});

console.log(await worker.done);
server.close();
