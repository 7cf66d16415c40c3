// needs: java
import { type RealKafka, startRealKafka, testCertificate } from '@eventstream/tooling';
import { type KafkaOptions, kafka, type SaslOptions } from '@eventstream/transport-kafka';
import kafkaClient from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (sub: string, seconds: number) => {
  const now = Math.floor(Date.now() / 1000);
  return `${encode({ alg: 'none' })}.${encode({ sub, iat: now, exp: now + seconds })}.`;
};
const withPassword = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password: string): SaslOptions => ({
  mechanism,
  username: 'alice',
  password,
});
const bearer = (seconds: number, sub = 'alice'): SaslOptions => ({
  mechanism: 'oauthbearer',
  token: async () => token(sub, seconds),
});
const ca = testCertificate('ca').cert;
const client = testCertificate('client');
const stranger = testCertificate('stranger');

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkaClient;
/** Who may do what: alice and the client of the certificate everything with topic and group, bob may only look at `seen`. */
const granted = ['User:alice', 'User:mtls-client'].flatMap((principal) =>
  [AclResourceTypes.TOPIC, AclResourceTypes.GROUP].map((resourceType) => ({
    ...{ principal, resourceType, resourceName: 'allowed', host: '*' },
    ...{ resourcePatternType: ResourcePatternTypes.LITERAL, operation: AclOperationTypes.ALL },
    permissionType: AclPermissionTypes.ALLOW,
  })),
);

const seen = {
  ...{ principal: 'User:bob', resourceType: AclResourceTypes.TOPIC, resourceName: 'seen', host: '*' },
  ...{ resourcePatternType: ResourcePatternTypes.LITERAL, operation: AclOperationTypes.DESCRIBE },
  permissionType: AclPermissionTypes.ALLOW,
};

let node: RealKafka;
beforeAll(async () => {
  node = await startRealKafka({ secure: true, properties: { 'connections.max.reauth.ms': '2500' } });
  const admin = new kafkaClient.Kafka({ brokers: [node.doors.plain], logLevel: 0 }).admin();
  await admin.connect();
  await admin.createTopics({ topics: ['allowed', 'denied', 'seen'].map((topic) => ({ topic, numPartitions: 1 })) });
  await admin.createAcls({ acl: [...granted, seen] });
  await admin.disconnect();
}, 120_000);
afterAll(() => node.stop());

type Door = keyof RealKafka['doors'];

async function connected(door: Door, options: KafkaOptions) {
  const transport = kafka({ brokers: node.doors[door], ...options });
  await transport.connect();
  return { transport, [Symbol.asyncDispose]: async () => void (await transport.close()) };
}

const right: readonly (readonly [name: string, door: Door, options: KafkaOptions])[] = [
  ['nothing, at the plain door', 'plain', {}],
  ['PLAIN', 'sasl', { sasl: withPassword('plain', 'alice-secret') }],
  ['SCRAM-SHA-256', 'sasl', { sasl: withPassword('scram-sha-256', 'alice-secret') }],
  ['SCRAM-SHA-512', 'sasl', { sasl: withPassword('scram-sha-512', 'alice-secret') }],
  ['an unsigned token', 'sasl', { sasl: bearer(3600) }],
  ['SCRAM-SHA-512 under TLS', 'saslssl', { ssl: { ca }, sasl: withPassword('scram-sha-512', 'alice-secret') }],
  ['PLAIN under TLS', 'saslssl', { ssl: { ca }, sasl: withPassword('plain', 'alice-secret') }],
  ['a certificate', 'ssl', { ssl: { ca, cert: client.cert, key: client.key } }],
];

test.each(right)('who shows %s is let in, writes and reads', { timeout: 30_000 }, async (_, door, options) => {
  await using with_ = await connected(door, options);
  const allowed = await with_.transport.topic('allowed');
  const { offset } = await allowed.append(0, null, 'v', [], Date.now());
  expect(offset).toBeGreaterThanOrEqual(0);
});

const sasl = 'sasl: mechanism';
const wrong: readonly (readonly [name: string, door: Door, options: KafkaOptions, check: string])[] = [
  ['a wrong password for PLAIN', 'sasl', { sasl: withPassword('plain', 'wrong') }, sasl],
  ['a wrong password for SCRAM-SHA-256', 'sasl', { sasl: withPassword('scram-sha-256', 'wrong') }, sasl],
  ['a wrong password for SCRAM-SHA-512', 'sasl', { sasl: withPassword('scram-sha-512', 'wrong') }, sasl],
  ['an expired token', 'sasl', { sasl: bearer(-60) }, sasl],
  [
    'a mechanism that is not offered',
    'sasl',
    { sasl: { mechanism: 'aws-msk-iam', payload: async () => ({ a: 'b' }) } },
    'sasl.mechanism',
  ],
  ['no authority for the certificate', 'ssl', { ssl: true }, 'ssl.ca'],
  ['another authority', 'ssl', { ssl: { ca: stranger.cert } }, 'ssl.ca'],
  ['another server name', 'ssl', { ssl: { ca, servername: 'elsewhere' } }, 'ssl.servername'],
  ['a certificate nobody signed', 'ssl', { ssl: { ca, cert: stranger.cert, key: stranger.key } }, 'ssl.cert'],
];

test.each(wrong)('%s is told of at once, with what to check', { timeout: 30_000 }, async (_, door, options, check) => {
  const began = performance.now();
  const error = await connected(door, options).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'authentication-failed', message: expect.stringContaining(check) });
  expect(performance.now() - began).toBeLessThan(5000);
});

test('what nobody granted is refused by name: topic, group, transactional id, producer id', {
  timeout: 30_000,
}, async () => {
  await using alice = await connected('sasl', { sasl: withPassword('plain', 'alice-secret') });
  await using bob = await connected('sasl', { sasl: bearer(3600, 'bob'), idempotent: false });
  const refused = (resource: string) => ({
    code: 'authorization-failed',
    facts: expect.objectContaining({ resource }),
  });
  await expect(bob.transport.topic('denied')).rejects.toMatchObject(refused('denied'));
  await expect(alice.transport.transactional('billing')).rejects.toMatchObject(refused('billing'));
  const idempotent = await connected('sasl', { sasl: bearer(3600, 'bob') });
  await using _ = idempotent;
  for (const [{ transport }, resource] of [
    [bob, 'seen'],
    [idempotent, 'cluster'],
  ] as const) {
    const seen = await transport.topic('seen');
    await expect(seen.append(0, null, 'v', [], 1)).rejects.toMatchObject(refused(resource));
  }
  const request = { group: 'others', topics: ['allowed'], startFrom: 'latest' as const };
  const ignore = () => undefined;
  const callbacks = { onAssigned: ignore, onRevoked: ignore, onRecords: ignore, onError: ignore };
  await expect(alice.transport.subscribe({ ...request, ...callbacks })).rejects.toMatchObject(refused('others'));
});

test('sessions are renewed under load and nothing is lost', { timeout: 60_000 }, async () => {
  await using plain = await connected('plain', {});
  const [before] = await plain.transport.offsets('allowed');
  const moments: string[] = [];
  const transport = kafka({ brokers: node.doors.sasl, sasl: withPassword('scram-sha-256', 'alice-secret') });
  transport.moments.on('transport.log', ({ message }) => moments.push(message));
  await transport.connect();
  const allowed = await transport.topic('allowed');
  const receipts: Promise<{ attempts: number }>[] = [];
  const began = performance.now();
  // Four sessions of 2.5 s.
  while (performance.now() - began < 10_000) {
    const some = Array.from({ length: 50 }, (_, index) => allowed.append(0, null, `${index}`, [], Date.now()));
    receipts.push(...some);
    await Promise.all(some);
  }
  const attempts = new Set((await Promise.all(receipts)).map((receipt) => receipt.attempts));
  await transport.close();
  const [after] = await plain.transport.offsets('allowed');
  expect((after?.next ?? 0) - (before?.next ?? 0)).toBe(receipts.length);
  expect([...attempts]).toEqual([1]);
  expect(moments.filter((message) => message.includes('renewed'))).toEqual([]);
});
