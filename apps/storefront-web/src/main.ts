import { startStorefront } from './index.ts';

const {
  PORT = '8080',
  HOST = '127.0.0.1',
  COLLECTOR_URL = 'http://127.0.0.1:8081',
  ORDERS_API_URL = 'http://127.0.0.1:8082',
} = process.env;
const shop = await startStorefront({
  port: Number(PORT),
  host: HOST,
  links: () => ({ collector: COLLECTOR_URL, ordersApi: ORDERS_API_URL }),
});
console.log(`shop on ${shop.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => shop.close().then(() => process.exit(0)));
