import path from 'node:path';
import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { help } from './help.ts';

const certificates = path.join(import.meta.dirname, '../testing/certificates');

test.each([
  ['--port 70000', '--port 70000 is not a whole number from 0 to 65535.'],
  ['--port 65535 --nodes 2', '--port 65535 leaves no ports for 2 nodes: give a lower one, or 0 for free ports.'],
  ['--persist=', '--persist has to name a directory'],
  ['--nodes many', '--nodes many is not a whole number from 1 to 100.'],
  ['--as-version 9', '--as-version 9 is not known: use one of'],
  ['--topics orders:0', '--topics has "orders:0": write name or name:partitions'],
  ['--topics no.json', '--topics: no.json cannot be read'],
  ['--sasl kerberos --user a:b', '--sasl kerberos is not known: use plain, scram-sha-256, scram-sha-512.'],
  ['--sasl plain', '--sasl lets nobody in without users'],
  ['--user a:b', '--user is of no use without --sasl'],
  ['--sasl plain --user nobody', '--user has to be name:password'],
  ['--tls broker.pem', '--tls has to be two PEM files'],
  ['--tls no.pem,no.key', '--tls: no.pem cannot be read'],
  ['--prot 1', "Unknown option '--prot'. Known are --port, --nodes"],
  ['9092', "Unexpected argument '9092'"],
])('refuses %s', (given, message) => {
  expect(() => readArguments(given.split(' '))).toThrow(message);
});

test('does without any option', () => {
  expect(readArguments([])).toEqual({ options: { port: 9092, nodes: 1 }, json: false, quiet: false, stdin: false });
});

test('makes one listener of TLS and SASL', () => {
  const tls = `${certificates}/broker.pem,${certificates}/broker.key`;
  const { options } = readArguments(['--tls', tls, '--sasl', 'plain', '--user', 'alice:secret']);
  expect(options).toMatchObject({
    listeners: [{ protocol: 'SASL_SSL' }],
    sasl: { mechanisms: ['PLAIN'] },
    users: { alice: { password: 'secret' } },
  });
  expect(String(options.tls?.key)).toMatch(/PRIVATE KEY/);
});

test('the help tells of every option', () => {
  const refusal = (() => {
    try {
      return readArguments(['--none']);
    } catch (error) {
      return String(error);
    }
  })();
  const known = String(refusal)
    .match(/--[\w-]+/g)
    ?.filter((name) => name !== '--none');
  expect(known).not.toEqual([]);
  for (const name of known ?? []) expect(help).toContain(name);
});
