import { messages, type ResponseInput } from '@eventstream/kafka-protocol';
import { type Acl, operationCodes, patternCodes, permissionCodes, resourceTypeCodes } from '../acls/acl.ts';
import { complainAboutFilter, matchesFilter } from '../acls/acl-filter.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { noErrorMessage } from '../dispatch/no-error-message.ts';

type Resources = NonNullable<ResponseInput<typeof messages.describeAcls>['resources']>;

/** DescribeAcls tells the access rules that match a filter, those of one resource together. */
export const describeAcls = defineApi(messages.describeAcls, {
  versions: [1, 3],
  limits: ['A filter with unknown numbers is refused with INVALID_REQUEST; a real broker closes the connection.'],
  handle(context, filter) {
    const { authorizer } = context.security;
    if (!authorizer.enabled) {
      const errorMessage = 'No Authorizer is configured on the broker';
      return { throttleTimeMs: 0, errorCode: codeOf('SECURITY_DISABLED'), errorMessage, resources: [] };
    }
    const errorMessage = complainAboutFilter(filter);
    if (errorMessage) return { throttleTimeMs: 0, errorCode: codeOf('INVALID_REQUEST'), errorMessage, resources: [] };
    const found = authorizer.list().filter((acl) => matchesFilter(acl, filter));
    return { throttleTimeMs: 0, errorCode: 0, errorMessage: noErrorMessage(context), resources: byResource(found) };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, errorMessage: null, resources: [] }),
});

function byResource(acls: readonly Acl[]): Resources {
  const resources = new Map<string, Resources[number]>();
  for (const acl of acls) {
    const key = `${acl.resource}/${acl.pattern}/${acl.name}`;
    const known = resources.get(key);
    const own = {
      principal: acl.principal,
      host: acl.host,
      operation: operationCodes[acl.operation],
      permissionType: permissionCodes[acl.permission],
    };
    resources.set(key, {
      resourceType: resourceTypeCodes[acl.resource],
      resourceName: acl.name,
      patternType: patternCodes[acl.pattern],
      acls: [...(known?.acls ?? []), own],
    });
  }
  return [...resources.values()];
}
