import { startMockBroker } from '@eventstream/mock-broker';
import { serveUntilStopped, settings } from '../harness/child-side.ts';

const { topic, partitions } = settings<{ topic: string; partitions: number }>();
const broker = await startMockBroker({ topics: [{ name: topic, partitions }] });
serveUntilStopped({ brokers: broker.bootstrapServers }, () => broker.close());
