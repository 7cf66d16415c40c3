import { startCollector } from './index.ts';

const {
  KAFKA_BROKERS = '127.0.0.1:9092',
  PORT = '8081',
  HOST = '127.0.0.1',
  ORIGINS = 'http://127.0.0.1:8080,http://localhost:8080',
} = process.env;
const collector = await startCollector({
  brokers: KAFKA_BROKERS,
  port: Number(PORT),
  host: HOST,
  origins: ORIGINS.split(','),
});
console.log(`collector on ${collector.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => collector.close().then(() => process.exit(0)));
