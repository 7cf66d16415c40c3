import { startOrdersApi } from './index.ts';

const {
  KAFKA_BROKERS = '127.0.0.1:9092',
  PORT = '8082',
  HOST = '127.0.0.1',
  ORIGINS = 'http://127.0.0.1:8080,http://localhost:8080',
} = process.env;
const api = await startOrdersApi({
  brokers: KAFKA_BROKERS,
  port: Number(PORT),
  host: HOST,
  origins: ORIGINS.split(','),
});
console.log(`orders API on ${api.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => api.close().then(() => process.exit(0)));
