import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import {
  type Acl,
  clusterName,
  nameOf,
  operationCodes,
  patternCodes,
  permissionCodes,
  resourceTypeCodes,
} from '../acls/acl.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { noErrorMessage } from '../dispatch/no-error-message.ts';

type Creation = RequestOf<typeof messages.createAcls>['creations'][number];
type Refusal = { readonly error: ErrorName; readonly message: string | null };

/** CreateAcls adds access rules, each accepted or refused on its own; one that is there already is no error. */
export const createAcls = defineApi(messages.createAcls, {
  versions: [1, 3],
  limits: ['A rule holds from the moment the answer is written, on every node.'],
  handle: (context, { creations }) => ({
    throttleTimeMs: 0,
    results: creations.map((creation) => {
      const { authorizer } = context.security;
      if (!authorizer.enabled) return refuse({ error: 'SECURITY_DISABLED', message: 'No Authorizer is configured.' });
      const acl = read(creation);
      if ('error' in acl) return refuse(acl);
      authorizer.add(acl);
      return { errorCode: 0, errorMessage: noErrorMessage(context) };
    }),
  }),
  fail: ({ creations }, errorCode) => ({
    throttleTimeMs: 0,
    results: creations.map(() => ({ errorCode, errorMessage: null })),
  }),
});

function refuse({ error, message }: Refusal) {
  return { errorCode: codeOf(error), errorMessage: message };
}

function read(creation: Creation): Acl | Refusal {
  const { host, principal, resourceName: name } = creation;
  const resource = nameOf(resourceTypeCodes, creation.resourceType);
  const operation = nameOf(operationCodes, creation.operation);
  const pattern = nameOf(patternCodes, creation.resourcePatternType);
  const permission = nameOf(permissionCodes, creation.permissionType);
  if (!resource || !operation || !pattern || !permission) {
    // Real brokers do not foresee that a rule might be a filter, and fall over it.
    return { error: 'UNKNOWN_SERVER_ERROR', message: null };
  }
  if (resource === 'cluster' && name !== clusterName) {
    return { error: 'INVALID_REQUEST', message: `The only valid name for the CLUSTER resource is ${clusterName}` };
  }
  if (name === '') return { error: 'INVALID_REQUEST', message: 'Invalid empty resource name' };
  const principalType = principal.indexOf(':');
  if (principalType < 1) {
    const message = `Could not parse principal from \`${principal}\` (no colon is present separating the principal type from the principal name)`;
    return { error: 'INVALID_REQUEST', message };
  }
  return { principal, resource, name, pattern, operation, permission, host };
}
