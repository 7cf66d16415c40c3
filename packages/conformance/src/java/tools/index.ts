import { clusterSteps } from './cluster.ts';
import { groupSteps } from './groups.ts';
import { endSteps, recordSteps, transactionSteps } from './records.ts';

export { toolFiles } from './cluster.ts';

/** All steps in their order: the topic `shop` is made first and deleted last. */
export const toolSteps = [...recordSteps, ...groupSteps, ...transactionSteps, ...clusterSteps, ...endSteps] as const;
