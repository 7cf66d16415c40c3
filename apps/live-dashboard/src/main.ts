import { startLiveDashboard } from './index.ts';

const { KAFKA_BROKERS = '127.0.0.1:9092', PORT = '8083', HOST = '127.0.0.1' } = process.env;
const live = await startLiveDashboard({ brokers: KAFKA_BROKERS, port: Number(PORT), host: HOST });
console.log(`live page on ${live.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => live.close().then(() => process.exit(0)));
