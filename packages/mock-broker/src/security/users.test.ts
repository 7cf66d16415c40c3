import { expect, test } from 'vitest';
import { Users } from './users.ts';

test('users that are adopted get their new passwords, and nobody else loses what clients stored', () => {
  const users = new Users({ alice: { password: 'old' }, bob: { password: 'same' } }, 1);
  const stored = { salt: Buffer.of(1), iterations: 4096, storedKey: Buffer.of(2), serverKey: Buffer.of(3) };
  for (const name of ['alice', 'bob', 'carol']) users.setCredential(name, 'SCRAM-SHA-256', stored);
  const before = users.revision;
  users.adopt({ alice: { password: 'new' }, bob: { password: 'same' } });
  expect(users.revision).toBeGreaterThan(before);
  expect(users.passwordMatches('alice', 'new')).toBe(true);
  expect(users.credential('alice', 'SCRAM-SHA-256')).not.toBe(stored);
  expect(users.credential('bob', 'SCRAM-SHA-256')).toBe(stored);
  expect(users.credential('carol', 'SCRAM-SHA-256')).toBe(stored);
});
