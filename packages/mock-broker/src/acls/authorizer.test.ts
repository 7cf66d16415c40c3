import { expect, test } from 'vitest';
import type { AclOptions, AclRule } from './acl.ts';
import { type Action, Authorizer } from './authorizer.ts';

const alice = { principal: 'User:alice', host: '10.0.0.7' };
const read: Action = { operation: 'read', resource: 'topic', name: 'orders' };
const rule = (more: Partial<AclRule> = {}): AclRule => ({
  principal: 'User:alice',
  resource: 'topic',
  name: 'orders',
  operation: 'read',
  ...more,
});

const allows = (options: AclOptions | undefined, action: Action = read, actor = alice) =>
  new Authorizer(options).allows(actor, action);

test.each<[string, AclOptions | undefined, boolean]>([
  ['no access rules at all', undefined, true],
  ['no rule', {}, false],
  ['no rule, but everybody may without one', { allowIfNoneFound: true }, true],
  [
    'a rule for somebody else, although everybody may without one',
    { allowIfNoneFound: true, rules: [rule({ principal: 'User:bob' })] },
    false,
  ],
  ['a super user', { superUsers: ['User:alice'] }, true],
  ['a super user and a rule that denies', { superUsers: ['User:alice'], rules: [rule({ permission: 'deny' })] }, true],
  ['the very rule', { rules: [rule()] }, true],
  ['every operation', { rules: [rule({ operation: 'all' })] }, true],
  ['another operation', { rules: [rule({ operation: 'write' })] }, false],
  ['another kind of resource', { rules: [rule({ resource: 'group' })] }, false],
  ['another name', { rules: [rule({ name: 'order' })] }, false],
  ['a prefix', { rules: [rule({ name: 'ord', pattern: 'prefixed' })] }, true],
  ['another prefix', { rules: [rule({ name: 'x', pattern: 'prefixed' })] }, false],
  ['all names', { rules: [rule({ name: '*' })] }, true],
  ['everybody', { rules: [rule({ principal: 'User:*' })] }, true],
  ['the address', { rules: [rule({ host: '10.0.0.7' })] }, true],
  ['another address', { rules: [rule({ host: '10.0.0.8' })] }, false],
  ['a denial beside the permission', { rules: [rule(), rule({ permission: 'deny' })] }, false],
  ['a denial of everything', { rules: [rule(), rule({ name: '*', permission: 'deny', operation: 'all' })] }, false],
  ['a denial of something else', { rules: [rule(), rule({ permission: 'deny', operation: 'describe' })] }, true],
])('%s', (_what, options, expected) => {
  expect(allows(options)).toBe(expected);
});

test.each(['read', 'write', 'delete', 'alter'] as const)('%s brings describe along', (operation) => {
  const describe: Action = { operation: 'describe', resource: 'topic', name: 'orders' };
  expect(allows({ rules: [rule({ operation })] }, describe)).toBe(true);
  const denied = [rule({ operation: 'describe' }), rule({ operation, permission: 'deny' })];
  expect(allows({ rules: denied }, describe)).toBe(true);
});

test('alterConfigs brings describeConfigs along, create brings nothing', () => {
  const action = (operation: 'describe' | 'describeConfigs') => ({ ...read, operation });
  expect(allows({ rules: [rule({ operation: 'alterConfigs' })] }, action('describeConfigs'))).toBe(true);
  expect(allows({ rules: [rule({ operation: 'create' })] }, action('describe'))).toBe(false);
});

test.each<[string, readonly AclRule[], boolean]>([
  ['nothing', [], false],
  ['one topic', [rule()], true],
  ['the same one, denied', [rule(), rule({ permission: 'deny' })], false],
  ['one of a denied prefix', [rule(), rule({ name: 'ord', pattern: 'prefixed', permission: 'deny' })], false],
  ['a prefix of which one is denied', [rule({ name: 'ord', pattern: 'prefixed' }), rule({ permission: 'deny' })], true],
  ['one, all denied', [rule(), rule({ name: '*', permission: 'deny' })], false],
  ['all, a prefix denied', [rule({ name: '*' }), rule({ name: 'a', pattern: 'prefixed', permission: 'deny' })], true],
])('whether some topic may be read: %s', (_what, rules, expected) => {
  expect(allows({ rules }, { operation: 'read', resource: 'topic' })).toBe(expected);
});
