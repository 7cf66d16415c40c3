import type { ErrorName } from '@eventstream/kafka-protocol';
import type { RequestContext } from './context.ts';

/** Whether this node may answer for a group; a group needs a name, as every broker insists. */
export function coordinatorGate(context: RequestContext, groupId: string): ErrorName | undefined {
  if (groupId === '') return 'INVALID_GROUP_ID';
  return context.topology.coordinatorOf(groupId) === context.nodeId ? undefined : 'NOT_COORDINATOR';
}

/** The same for a transactional id. */
export function transactionGate(context: RequestContext, transactionalId: string): ErrorName | undefined {
  if (transactionalId === '') return 'INVALID_REQUEST';
  return context.topology.coordinatorOf(transactionalId) === context.nodeId ? undefined : 'NOT_COORDINATOR';
}
