import { type Acl, operationCodes, patternCodes, permissionCodes, resourceTypeCodes } from './acl.ts';

/** What DescribeAcls and DeleteAcls look for, in Kafka's numbers; null and 1 match all. */
export type AclFilter = {
  readonly resourceTypeFilter: number;
  readonly resourceNameFilter: string | null;
  readonly patternTypeFilter: number;
  readonly principalFilter: string | null;
  readonly hostFilter: string | null;
  readonly operation: number;
  readonly permissionType: number;
};

const ANY = 1;
const MATCH = 2;

/** Whether a rule is among those looked for. */
export function matchesFilter(acl: Acl, filter: AclFilter): boolean {
  return (
    fits(filter.resourceTypeFilter, resourceTypeCodes[acl.resource]) &&
    fits(filter.operation, operationCodes[acl.operation]) &&
    fits(filter.permissionType, permissionCodes[acl.permission]) &&
    (filter.principalFilter === null || filter.principalFilter === acl.principal) &&
    (filter.hostFilter === null || filter.hostFilter === acl.host) &&
    matchesName(acl, filter)
  );
}

/** The pattern type `match` finds every rule that is about the name: literal ones, prefixes of it, and `*` (KIP-290). */
function matchesName(acl: Acl, { patternTypeFilter, resourceNameFilter: name }: AclFilter): boolean {
  if (patternTypeFilter === MATCH) return name === null || coversName(acl, name);
  return fits(patternTypeFilter, patternCodes[acl.pattern]) && (name === null || name === acl.name);
}

/** Whether a rule is about the resource of this name. */
export function coversName({ name, pattern }: Pick<Acl, 'name' | 'pattern'>, asked: string): boolean {
  return pattern === 'prefixed' ? asked.startsWith(name) : name === '*' || name === asked;
}

function fits(wanted: number, code: number): boolean {
  return wanted === ANY || wanted === code;
}

/** Why a filter cannot be one; `undefined` when it can. */
export function complainAboutFilter(filter: AclFilter): string | undefined {
  const ranges: [string, number, number][] = [
    ['resource type', filter.resourceTypeFilter, 7],
    ['pattern type', filter.patternTypeFilter, 4],
    ['operation', filter.operation, 15],
    ['permission type', filter.permissionType, 3],
  ];
  const wrong = ranges.find(([, code, highest]) => code < ANY || code > highest);
  return wrong && `The filter has an unknown ${wrong[0]}: ${wrong[1]}.`;
}
