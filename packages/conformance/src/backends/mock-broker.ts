import { startMockBroker } from '@eventstream/mock-broker';
import type { Backend } from '../support/backend.ts';
import { type DriverName, drivers } from './drivers.ts';

/** A driver on the mock broker over TCP. */
export function mockBroker(driver: DriverName, nodes: 1 | 3): Backend {
  return {
    name: `${driver} on the mock broker, ${nodes} node${nodes === 1 ? '' : 's'}`,
    driver,
    abilities: { processes: true, failover: nodes === 3 },
    patienceMs: 10_000,
    async start() {
      const broker = await startMockBroker({ nodes });
      return {
        bootstrapServers: broker.bootstrapServers,
        transport: (variation = {}) => drivers[driver]({ brokers: broker.bootstrapServers, ...variation }),
        async silence() {
          broker.faults.on('Produce').delay(10_000).always();
          return async () => broker.faults.clear();
        },
        async killLeader(topic, partition) {
          const leader = broker.topic(topic).partitions[partition]?.leader ?? 1;
          await broker.crashNode(leader);
          return { restart: () => broker.startNode(leader) };
        },
        stop: () => broker.close(),
      };
    },
  };
}
