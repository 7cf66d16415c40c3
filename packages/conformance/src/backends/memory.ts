import { createMemoryCluster } from '@eventstream/core/testing';
import type { Backend } from '../support/backend.ts';

/** The memory transport: the port without a broker. */
export const memory: Backend = {
  name: 'memory transport',
  driver: 'memory',
  abilities: { processes: false, failover: false },
  patienceMs: 5000,
  async start() {
    const cluster = createMemoryCluster();
    return {
      bootstrapServers: '',
      transport: (variation = {}) => cluster.transport(variation),
      silence: async () => {
        const release = cluster.holdAppends();
        return async () => release();
      },
      killLeader: () => Promise.reject(new Error('The memory transport has no nodes.')),
      stop: async () => undefined,
    };
  },
};
