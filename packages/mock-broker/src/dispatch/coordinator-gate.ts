import type { ErrorName } from '@eventstream/kafka-protocol';
import type { RequestContext } from './context.ts';

/** Whether this node may answer for a group that has, or wants, members: such a group needs a name. */
export function coordinatorGate(context: RequestContext, groupId: string): ErrorName | undefined {
  return groupId === '' ? 'INVALID_GROUP_ID' : offsetsGate(context, groupId);
}

/** Whether this node may answer for a group's offsets; they may belong to the empty name, as before groups had members. */
export function offsetsGate(context: RequestContext, groupId: string): ErrorName | undefined {
  return context.topology.coordinatorOf(groupId) === context.nodeId ? undefined : 'NOT_COORDINATOR';
}

/** The same for a transactional id. */
export function transactionGate(context: RequestContext, transactionalId: string): ErrorName | undefined {
  if (transactionalId === '') return 'INVALID_REQUEST';
  return context.topology.coordinatorOf(transactionalId) === context.nodeId ? undefined : 'NOT_COORDINATOR';
}
