import { writeSync } from 'node:fs';
import { createProducer } from '@eventstream/producer';
import { type DriverName, drivers } from '../backends/drivers.ts';
import { catalogOn } from '../support/contracts.ts';

/** Sends for ever and says on stdout what was acknowledged. Made to be killed. */
const { DRIVER = '', BROKERS = '', TOPIC = '' } = process.env;
const producer = createProducer({
  catalog: catalogOn(TOPIC),
  source: 'child',
  transport: drivers[DRIVER as DriverName]({ brokers: BROKERS }),
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
