import kafkajs, { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import { expect, test } from 'vitest';
import { startMockBroker } from './broker.ts';
import { certificate } from './testing/certificates/index.ts';
import { unsignedToken } from './testing/sasl-under-test.ts';

const ca = certificate('ca').cert;

function start() {
  return startMockBroker({
    listeners: [
      { name: 'SASL', protocol: 'SASL_PLAINTEXT' },
      { name: 'SASLSSL', protocol: 'SASL_SSL', advertisedHost: 'localhost' },
    ],
    users: { alice: { password: 'secret' } },
    sasl: { oauth: {} },
    tls: { ...certificate('broker'), ca },
    topics: [{ name: 't' }],
  });
}

async function send(config: KafkaConfig): Promise<void> {
  const producer = new Kafka({ logLevel: logLevel.NOTHING, retry: { retries: 1 }, ...config }).producer();
  await producer.connect();
  try {
    await producer.send({ topic: 't', messages: [{ value: 'v' }] });
  } finally {
    await producer.disconnect();
  }
}

const withPassword = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password: string): SASLOptions =>
  // kafkajs wants the literal mechanism and the credentials in one object of its union.
  ({ mechanism, username: 'alice', password }) as SASLOptions;

const bearer = (seconds: number): SASLOptions => ({
  mechanism: 'oauthbearer',
  oauthBearerProvider: async () => ({
    value: unsignedToken({ sub: 'alice', exp: Math.floor(Date.now() / 1000) + seconds }),
  }),
});

test.each([
  withPassword('plain', 'secret'),
  withPassword('scram-sha-256', 'secret'),
  withPassword('scram-sha-512', 'secret'),
  bearer(3600),
])('kafkajs authenticates with $mechanism, with and without TLS', async (sasl) => {
  await using broker = await start();
  await send({ brokers: [...broker.listener('SASL').brokers], sasl });
  await send({ brokers: [...broker.listener('SASLSSL').brokers], sasl, ssl: { ca: [ca] } });
  expect(await broker.topic('t').records()).toHaveLength(2);
});

test.each([
  withPassword('plain', 'wrong'),
  withPassword('scram-sha-256', 'wrong'),
  withPassword('scram-sha-512', 'wrong'),
])('kafkajs is refused with $mechanism and wrong credentials', async (sasl) => {
  await using broker = await start();
  const refused = send({ brokers: [...broker.listener('SASL').brokers], sasl });
  await expect(refused).rejects.toMatchObject({ name: 'KafkaJSSASLAuthenticationError' });
});

test('kafkajs takes the answer to a bad token for a good one, and is refused at its next request', async () => {
  await using broker = await start();
  const refused = send({ brokers: [...broker.listener('SASL').brokers], sasl: bearer(-10) });
  await expect(refused).rejects.toThrow('not valid given the current SASL state');
});

test('kafkajs without credentials is cut off', async () => {
  await using broker = await start();
  await expect(send({ brokers: [...broker.listener('SASL').brokers] })).rejects.toThrow('Closed connection');
});

test('kafkajs manages access rules, and they hold at once', async () => {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  await using broker = await startMockBroker({
    listeners: [
      { name: 'ADMIN', protocol: 'PLAINTEXT' },
      { name: 'SASL', protocol: 'SASL_PLAINTEXT' },
    ],
    users: { alice: { password: 'secret' } },
    acls: { superUsers: ['User:ANONYMOUS'] },
    topics: [{ name: 't' }],
  });
  const asAlice = { brokers: [...broker.listener('SASL').brokers], sasl: withPassword('plain', 'secret') };
  await expect(send(asAlice)).rejects.toThrow('Not authorized to access topics');

  const admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const rule = {
    resourceType: AclResourceTypes.TOPIC,
    resourceName: 't',
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: 'User:alice',
    host: '*',
    operation: AclOperationTypes.WRITE,
    permissionType: AclPermissionTypes.ALLOW,
  };
  await admin.createAcls({ acl: [rule] });
  await send(asAlice);
  expect(await broker.topic('t').records()).toHaveLength(1);
  const { resources } = await admin.describeAcls(rule);
  expect(resources.map(({ resourceName, acls }) => [resourceName, acls[0]?.principal])).toEqual([['t', 'User:alice']]);

  const { filterResponses } = await admin.deleteAcls({ filters: [rule] });
  expect(filterResponses[0]?.matchingAcls).toHaveLength(1);
  await admin.disconnect();
  await expect(send(asAlice)).rejects.toThrow('Not authorized to access topics');
});

test('kafkajs shows a certificate, and is who it names', async () => {
  const client = certificate('client');
  const ssl = { ca: [ca], cert: client.cert, key: client.key };
  const start = (principal: string) =>
    startMockBroker({
      listeners: [{ protocol: 'SSL', advertisedHost: 'localhost' }],
      tls: { ...certificate('broker'), ca, clientAuth: 'required' },
      acls: { rules: [{ principal, resource: 'topic', name: 't', operation: 'write' }] },
      topics: [{ name: 't' }],
    });
  await using mine = await start('User:CN=orders-api,OU=payments,O=Shop\\, Inc.,C=DE');
  await send({ brokers: mine.brokers, ssl });
  expect(await mine.topic('t').records()).toHaveLength(1);
  await using anothers = await start('User:CN=orders-api');
  await expect(send({ brokers: anothers.brokers, ssl })).rejects.toThrow('Not authorized to access topics');
});
