import { createCollector } from '@eventstream/collector';
import { serve } from '@eventstream/collector/node';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { serveUntilStopped, settings } from '../harness/child-side.ts';
import { bench } from '../support/contract.ts';
import { benchOrigin, writeKey } from '../support/tracked.ts';

const { brokers } = settings<{ brokers: string }>();
const collector = createCollector({
  catalog: bench,
  transport: kafkajs({ brokers }),
  writeKeys: { [writeKey]: { origins: [benchOrigin] } },
});
const server = await serve(collector, { port: 0 });
await collector.readiness();
serveUntilStopped({ url: server.url }, () => server.close());
