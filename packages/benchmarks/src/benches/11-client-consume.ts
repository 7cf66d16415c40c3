import type { Benchmark } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import { librdkafkaSide, nodeSide } from '../support/client-peers.ts';
import { compareClients, partitions } from '../support/compare-clients.ts';
import { topic } from '../support/contract.ts';

const bytes = 100;
const events = 4_000_000;

/** How fast clients read what is there, looking at every value. */
export const clientConsume: Benchmark = {
  name: 'client-consume',
  group: 'client',
  run: (context) =>
    compareClients(context, {
      benchmark: 'client-consume',
      what: `${events.toLocaleString('en')} records of ${bytes} B that are there already, each value looked at, in a group`,
      unit: 'records/s',
      goal: { of: 'value', bound: 4_000_000, cpu: 0.3 },
      prepare: (brokers) =>
        measureIn('client-produce', { client: 'ours', brokers, bytes, keyed: false, outstanding: 16_000, events }),
      sides: [
        nodeSide('ours', 'client-consume', { events }),
        librdkafkaSide('drain.py', { topic, partitions }),
        nodeSide('platformatic', 'client-consume', { events }),
        nodeSide('kafkajs', 'client-consume', { events }),
      ],
    }),
};
