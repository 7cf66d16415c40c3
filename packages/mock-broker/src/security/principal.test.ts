import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { certificate } from '../testing/certificates/index.ts';
import { principalOfSubject } from './principal.ts';

test('a subject is written as Java writes it: last part first, commas escaped', () => {
  const { subject } = new X509Certificate(certificate('client').cert);
  expect(principalOfSubject(subject)).toBe('CN=orders-api,OU=payments,O=Shop\\, Inc.,C=DE');
});

test('parts of one level stay together', () => {
  expect(principalOfSubject('O=shop\nCN=a + UID=7')).toBe('CN=a+UID=7,O=shop');
});
