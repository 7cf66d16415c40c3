import { writeSync } from 'node:fs';
import { createProducer } from '@eventstream/producer';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { catalogOn } from '../support/contracts.ts';

/** Sends for ever and says on stdout what was acknowledged. Made to be killed. */
const { BROKERS = '', TOPIC = '' } = process.env;
const producer = createProducer({
  catalog: catalogOn(TOPIC),
  source: 'child',
  transport: kafkajs({ brokers: BROKERS }),
});
for (let step = 0; ; step += 20) {
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      await producer.send('lab.step.taken', { key: `k${(step + index) % 10}`, step: step + index });
      // Synchronous: what was printed was acknowledged before, whenever the kill comes.
      writeSync(1, `acked ${step + index}\n`);
    }),
  );
}
