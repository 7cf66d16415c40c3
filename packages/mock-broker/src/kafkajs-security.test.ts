import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
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
