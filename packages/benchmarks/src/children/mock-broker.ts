import { startMockBroker } from '@eventstream/mock-broker';
import { serveUntilStopped, settings } from '../harness/child-side.ts';

const { topic, partitions, logBytes } = settings<{ topic: string; partitions: number; logBytes?: number }>();
const broker = await startMockBroker({ topics: [{ name: topic, partitions }], ...(logBytes ? { logBytes } : {}) });
serveUntilStopped({ brokers: broker.bootstrapServers }, () => broker.close());
