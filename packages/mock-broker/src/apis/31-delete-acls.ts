import { messages } from '@eventstream/kafka-protocol';
import { operationCodes, patternCodes, permissionCodes, resourceTypeCodes } from '../acls/acl.ts';
import { type AclFilter, complainAboutFilter, matchesFilter } from '../acls/acl-filter.ts';
import type { Authorizer } from '../acls/authorizer.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/** DeleteAcls removes the access rules that match filters, and names them; a rule is found by the first filter that matches. */
export const deleteAcls = defineApi(messages.deleteAcls, {
  versions: [1, 3],
  handle: ({ security: { authorizer } }, { filters }) => ({
    throttleTimeMs: 0,
    filterResults: filters.map((filter) => remove(authorizer, filter)),
  }),
  fail: ({ filters }, errorCode) => ({
    throttleTimeMs: 0,
    filterResults: filters.map(() => ({ errorCode, errorMessage: null, matchingAcls: [] })),
  }),
});

function remove(authorizer: Authorizer, filter: AclFilter) {
  if (!authorizer.enabled) {
    const errorMessage = 'No Authorizer is configured.';
    return { errorCode: codeOf('SECURITY_DISABLED'), errorMessage, matchingAcls: [] };
  }
  const errorMessage = complainAboutFilter(filter);
  if (errorMessage) return { errorCode: codeOf('INVALID_REQUEST'), errorMessage, matchingAcls: [] };
  const found = authorizer.list().filter((acl) => matchesFilter(acl, filter));
  for (const acl of found) authorizer.delete(acl);
  const matchingAcls = found.map((acl) => ({
    errorCode: 0,
    errorMessage: null,
    resourceType: resourceTypeCodes[acl.resource],
    resourceName: acl.name,
    patternType: patternCodes[acl.pattern],
    principal: acl.principal,
    host: acl.host,
    operation: operationCodes[acl.operation],
    permissionType: permissionCodes[acl.permission],
  }));
  return { errorCode: 0, errorMessage: null, matchingAcls };
}
