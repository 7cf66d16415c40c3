import { writeSync } from 'node:fs';
import { createConsumer } from '@eventstream/consumer';
import { type DriverName, drivers } from '../backends/drivers.ts';
import { catalogOn } from '../support/contracts.ts';

/** Handles for ever and says on stdout what is done, before the handler returns. Made to be killed. */
const { DRIVER = '', BROKERS = '', TOPIC = '', GROUP = '' } = process.env;
const consumer = createConsumer({
  catalog: catalogOn(TOPIC),
  group: GROUP,
  transport: drivers[DRIVER as DriverName]({ brokers: BROKERS }),
  sessionTimeout: '6s',
  commitEvery: 5,
  concurrency: 20,
  handlers: {
    'lab.step.taken': async ({ data, partition, offset }) => {
      await new Promise((resolve) => setTimeout(resolve, data.step % 4));
      writeSync(1, `done ${partition} ${offset} ${data.step}\n`);
    },
  },
});
await consumer.run();
