export type { ManualClock } from './manual-clock.ts';
export { createManualClock } from './manual-clock.ts';
export type { MemoryCluster, MemoryClusterOptions, MemoryTransportOptions } from './memory-cluster.ts';
export { createMemoryCluster } from './memory-cluster.ts';
