import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { type ScramMechanism, scramNumbers, toCredential } from '../security/sasl/scram-keys.ts';
import type { Users } from '../security/users.ts';

type Request = RequestOf<typeof messages.alterUserScramCredentials>;
type Refusal = { readonly error: ErrorName; readonly message: string };

const FEWEST_ITERATIONS = 4096;
const MOST_ITERATIONS = 16_384;

/**
 * AlterUserScramCredentials sets and removes credentials, one per user and request (KIP-554). The client salts the
 * password, so the broker never sees it; the credential is good for the next authentication.
 */
export const alterUserScramCredentials = defineApi(messages.alterUserScramCredentials, {
  versions: [0, 0],
  handle: ({ security: { users } }, request) => ({
    throttleTimeMs: 0,
    results: usersOf(request).map((user) => {
      const refused = complain(user, request) ?? alter(users, user, request);
      return { user, errorCode: codeOf(refused?.error ?? 'NONE'), errorMessage: refused?.message ?? null };
    }),
  }),
  fail: (request, errorCode) => ({
    throttleTimeMs: 0,
    results: usersOf(request).map((user) => ({ user, errorCode, errorMessage: null })),
  }),
});

function usersOf({ deletions, upsertions }: Request): string[] {
  return [...new Set([...deletions, ...upsertions].map(({ name }) => name))];
}

function complain(user: string, { deletions, upsertions }: Request): Refusal | undefined {
  const own = [...deletions, ...upsertions].filter(({ name }) => name === user);
  if (own.length > 1) {
    const message = 'A user credential cannot be altered twice in the same request';
    return { error: 'DUPLICATE_RESOURCE', message };
  }
  if (user === '') return { error: 'UNACCEPTABLE_CREDENTIAL', message: 'Username must not be empty' };
  const known = own.every(({ mechanism }) => mechanismOf(mechanism));
  if (!known) return { error: 'UNSUPPORTED_SASL_MECHANISM', message: 'Unknown SCRAM mechanism' };
  const iterations = upsertions.find(({ name }) => name === user)?.iterations ?? FEWEST_ITERATIONS;
  if (iterations < FEWEST_ITERATIONS) return { error: 'UNACCEPTABLE_CREDENTIAL', message: 'Too few iterations' };
  return iterations > MOST_ITERATIONS
    ? { error: 'UNACCEPTABLE_CREDENTIAL', message: 'Too many iterations' }
    : undefined;
}

function alter(users: Users, user: string, { deletions, upsertions }: Request): Refusal | undefined {
  const deletion = deletions.find(({ name }) => name === user);
  if (deletion) {
    const mechanism = mechanismOf(deletion.mechanism);
    if (mechanism && users.deleteCredential(user, mechanism)) return undefined;
    return { error: 'RESOURCE_NOT_FOUND', message: 'Attempt to delete a user credential that does not exist' };
  }
  const upsertion = upsertions.find(({ name }) => name === user);
  const mechanism = upsertion && mechanismOf(upsertion.mechanism);
  if (mechanism) users.setCredential(user, mechanism, toCredential(mechanism, upsertion.saltedPassword, upsertion));
  return undefined;
}

function mechanismOf(number: number): ScramMechanism | undefined {
  return (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).find((mechanism) => scramNumbers[mechanism] === number);
}
