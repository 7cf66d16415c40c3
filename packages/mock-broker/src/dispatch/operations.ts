import { type AclOperation, type AclResource, clusterName, operationCodes } from '../acls/acl.ts';
import type { RequestContext } from './context.ts';

/** The operations a kind of resource knows. */
const known = {
  topic: ['read', 'write', 'create', 'delete', 'alter', 'describe', 'describeConfigs', 'alterConfigs'],
  group: ['read', 'delete', 'describe', 'describeConfigs', 'alterConfigs'],
  cluster: ['create', 'alter', 'describe', 'clusterAction', 'describeConfigs', 'alterConfigs', 'idempotentWrite'],
} as const satisfies Partial<Record<AclResource, readonly AclOperation[]>>;

/** What stands in the field when the client did not ask. */
export const operationsNotAsked = -2147483648;

/** Bits of what the client may do with a resource (KIP-430); one bit per operation, at the place of its number. */
export function allowedOperations({ may }: RequestContext, resource: keyof typeof known, name = clusterName): number {
  return known[resource]
    .filter((operation) => may({ operation, resource, name }))
    .reduce((bits, operation) => bits | (1 << operationCodes[operation]), 0);
}

/** A described group with what its reader may do with it, when that was asked and the group is shown at all. */
export function withOperations<Described extends { readonly groupId: string; readonly errorCode: number }>(
  context: RequestContext,
  described: Described,
  isAsked: boolean,
): Described & { authorizedOperations: number } {
  const isTold = isAsked && described.errorCode === 0;
  const authorizedOperations = isTold ? allowedOperations(context, 'group', described.groupId) : operationsNotAsked;
  return { ...described, authorizedOperations };
}
