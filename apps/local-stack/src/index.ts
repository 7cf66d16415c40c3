import { parseArgs } from 'node:util';
import { runOnce } from './once.ts';
import { type Stack, startStack } from './stack.ts';

const help = `npm start                         the whole path on this machine, with a mock broker
npm start -- --once               one scripted visit, its journey hop by hop, then exit
npm start -- --kafka HOST:PORT    the same on a real Kafka (or set KAFKA_BROKERS)`;

function table({ urls, brokers, mock, notices }: Stack): string {
  const rows = [
    ['shop', urls.shop, 'open it and click "Buy": this is the first thing to do'],
    ['live page', urls.live, 'every event as it passes'],
    ['collector', urls.collector, 'where the page sends its events'],
    ['orders API', urls.ordersApi, 'POST /orders sends shop.order.placed'],
    [mock ? 'mock broker' : 'Kafka', brokers, mock ? 'speaks Kafka: kcat -b … -L, kafkajs, any client' : 'yours'],
  ] as const;
  const lines = rows.map(([name, address, what]) => `  ${name.padEnd(12)} ${address.padEnd(24)} ${what}`);
  return [...notices, '', ...lines, '', 'Ctrl-C drains and says what each part handled.'].join('\n');
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        // The second time means now.
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
  });
}

/** Runs the local stack as the command line asks. Resolves with the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const options = { once: { type: 'boolean' }, kafka: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const began = performance.now();
  const brokers = values.kafka ?? process.env['KAFKA_BROKERS'];
  const stack = await startStack(
    values.once ? { brokers } : { brokers, log: (line) => console.log(`  worker  ${line}`) },
  );
  console.log(`started in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (values.once) return (await runOnce(stack, (line) => console.log(line))) ? 0 : 1;
  console.log(table(stack));
  await interrupted();
  console.log('\ndraining …');
  for (const line of await stack.close()) console.log(line);
  return 0;
}
