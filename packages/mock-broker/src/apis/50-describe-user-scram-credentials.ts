import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { scramNumbers } from '../security/sasl/scram-keys.ts';

/** DescribeUserScramCredentials tells mechanisms and iterations of users, all of them without a list (KIP-554). */
export const describeUserScramCredentials = defineApi(messages.describeUserScramCredentials, {
  versions: [0, 0],
  limits: ['Who may not ask is told so; Kafka 4.3.1 leaves such a request without an answer.'],
  handle({ security }, { users }) {
    const known = new Map(security.users.listCredentials().map(({ name, credentials }) => [name, credentials]));
    const asked = users && users.length > 0 ? users.map(({ name }) => name) : [...known.keys()];
    const results = [...new Set(asked)].map((user) => {
      const credentials = known.get(user);
      if (asked.indexOf(user) !== asked.lastIndexOf(user)) return refuse(user, 'DUPLICATE_RESOURCE', twice(user));
      if (!credentials) return refuse(user, 'RESOURCE_NOT_FOUND', unknown(user));
      const credentialInfos = credentials.map(({ mechanism, iterations }) => ({
        mechanism: scramNumbers[mechanism],
        iterations,
      }));
      return { user, errorCode: 0, errorMessage: '', credentialInfos };
    });
    return { throttleTimeMs: 0, errorCode: 0, errorMessage: '', results };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, errorMessage: null, results: [] }),
});

function refuse(user: string, error: ErrorName, errorMessage: string) {
  return { user, errorCode: codeOf(error), errorMessage, credentialInfos: [] };
}

function unknown(user: string): string {
  return `Attempt to describe a user credential that does not exist: ${user}`;
}

function twice(user: string): string {
  return `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`;
}
