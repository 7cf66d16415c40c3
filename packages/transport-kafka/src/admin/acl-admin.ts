import type { WaitOptions } from '@eventstream/core';
import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { codeError } from '../errors/code-error.ts';
import { type AdminContext, insist } from './context.ts';
import type { AclFilter, AclOperation, AclResource, AclRule } from './types.ts';

/** Kafka's numbers; 1 stands for any of them in a filter. */
const any = 1;
const resources: Readonly<Record<AclResource, number>> = {
  topic: 2,
  group: 3,
  cluster: 4,
  transactionalId: 5,
  delegationToken: 6,
  user: 7,
};
const operations: Readonly<Record<AclOperation, number>> = {
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
};
const permissions = { deny: 2, allow: 3 } as const;
const patterns = { literal: 3, prefixed: 4 } as const;

/** The rules that match. */
export function describeAcls(
  context: AdminContext,
  filter: AclFilter,
  wait: WaitOptions = {},
): Promise<readonly Required<AclRule>[]> {
  return insist(context, { operation: 'describe access rules', wait }, async (attempt) => {
    const answer = await context.cluster.ask(messages.describeAcls, toFilter(filter));
    if (answer.errorCode !== errorCodes.NONE) throw codeError(answer.errorCode, attempt, answer.errorMessage);
    return answer.resources.flatMap(({ acls, ...resource }) => acls.flatMap((acl) => toRule({ ...resource, ...acl })));
  });
}

/** Adds rules. */
export function createAcls(context: AdminContext, rules: readonly AclRule[], wait: WaitOptions = {}): Promise<void> {
  return insist(context, { operation: 'create access rules', wait }, async (attempt) => {
    const creations = rules.map((rule) => ({
      resourceType: resources[rule.resource],
      resourceName: rule.name,
      resourcePatternType: patterns[rule.pattern ?? 'literal'],
      principal: rule.principal,
      host: rule.host ?? '*',
      operation: operations[rule.operation],
      permissionType: permissions[rule.permission ?? 'allow'],
    }));
    const { results } = await context.cluster.ask(messages.createAcls, { creations });
    for (const { errorCode, errorMessage } of results) {
      if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt, errorMessage);
    }
  });
}

/** Deletes the rules that match. */
export function deleteAcls(
  context: AdminContext,
  filter: AclFilter,
  wait: WaitOptions = {},
): Promise<readonly Required<AclRule>[]> {
  return insist(context, { operation: 'delete access rules', wait }, async (attempt) => {
    const answer = await context.cluster.ask(messages.deleteAcls, { filters: [toFilter(filter)] });
    return answer.filterResults.flatMap(({ errorCode, errorMessage, matchingAcls }) => {
      if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt, errorMessage);
      return matchingAcls.flatMap(toRule);
    });
  });
}

function toFilter({ resource, name, pattern, principal, host, operation, permission }: AclFilter) {
  return {
    resourceTypeFilter: resource === undefined ? any : resources[resource],
    resourceNameFilter: name ?? null,
    patternTypeFilter: pattern === undefined ? any : patterns[pattern],
    principalFilter: principal ?? null,
    hostFilter: host ?? null,
    operation: operation === undefined ? any : operations[operation],
    permissionType: permission === undefined ? any : permissions[permission],
  };
}

type Acl = {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
};

/** Rules of kinds that are not known here are left out. */
function toRule(acl: Acl): Required<AclRule>[] {
  const resource = nameOf(resources, acl.resourceType);
  const operation = nameOf(operations, acl.operation);
  const permission = nameOf(permissions, acl.permissionType);
  const pattern = nameOf(patterns, acl.patternType);
  if (resource === undefined || operation === undefined || permission === undefined || pattern === undefined) return [];
  const { principal, host, resourceName: name } = acl;
  return [{ principal, resource, name, pattern, operation, permission, host }];
}

function nameOf<Name extends string>(numbers: Readonly<Record<Name, number>>, number: number): Name | undefined {
  return (Object.keys(numbers) as Name[]).find((name) => numbers[name] === number);
}
