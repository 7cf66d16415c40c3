import { kafka } from '@eventstream/transport-kafka';
import { shopTopics } from './index.ts';

/** Creates the topics that are missing and ends. Run it before the other services start. */
const transport = kafka({ brokers: process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092', clientId: 'provision' });
await transport.connect();
const created = await transport.createTopics(shopTopics);
console.log(created.length === 0 ? 'all topics are there' : `created ${created.join(', ')}`);
await transport.close();
