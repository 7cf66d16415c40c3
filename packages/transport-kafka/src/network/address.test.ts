import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';

test.each([
  ['broker', { host: 'broker', port: 9092 }],
  ['broker:1234', { host: 'broker', port: 1234 }],
  ['10.0.0.1:9093', { host: '10.0.0.1', port: 9093 }],
  ['[::1]', { host: '::1', port: 9092 }],
  ['[fe80::1]:9094', { host: 'fe80::1', port: 9094 }],
  ['broker:0', undefined],
  ['broker:70000', undefined],
  ['kafka://broker:9092', undefined],
  ['::1', undefined],
  ['a b:1', undefined],
])('%s', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
  if (address !== undefined) expect(parseAddress(formatAddress(address))).toEqual(address);
});
