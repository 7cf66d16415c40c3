import { type KafkaRelease, startMockBroker } from '@eventstream/mock-broker';
import { freePort, type KafkaVersion, startRealKafka } from '@eventstream/tooling';

/** A broker under comparison: one node, with a listener for everybody and one for users. */
export type Subject = {
  readonly name: string;
  readonly port: number;
  readonly saslPort: number;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Users of the SASL listener, by PLAIN. Whoever comes by the other listener may do everything. */
export const passwords: Readonly<Record<string, string>> = { alice: 'alice-secret', bob: 'bob-secret' };

/** A real broker with access rules and two listeners. */
export async function realSubject(version: KafkaVersion): Promise<Subject> {
  const saslPort = await freePort();
  const users = Object.entries(passwords).map(([name, password]) => `user_${name}="${password}"`);
  const loginModule = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  const addresses = `PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:${saslPort}`;
  const kafka = await startRealKafka({
    version,
    properties: {
      listeners: `${addresses},CONTROLLER://127.0.0.1:{controller}`,
      'advertised.listeners': addresses,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name': 'PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      'listener.name.sasl_plaintext.plain.sasl.jaas.config': `${loginModule} required ${users.join(' ')};`,
      'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config':
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="x";',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      'allow.everyone.if.no.acl.found': 'false',
      // Assignments are worked out in the heartbeat that needs them, not in one of the next second.
      ...(version.startsWith('4') && {
        'group.consumer.assignment.interval.ms': '0',
        'group.consumer.assignor.offload.enable': 'false',
      }),
    },
  });
  const port = Number(kafka.bootstrapServers.split(':')[1]);
  return { name: `Kafka ${version}`, port, saslPort, [Symbol.asyncDispose]: () => kafka.stop() };
}

/** The mock broker laid out like it. */
export async function mockSubject(asVersion: KafkaRelease): Promise<Subject> {
  const users = Object.entries(passwords).map(
    ([name, password]) => [name, { password, mechanisms: ['PLAIN'] as const }] as const,
  );
  const broker = await startMockBroker({
    asVersion,
    listeners: [
      { name: 'PLAINTEXT', protocol: 'PLAINTEXT' },
      { name: 'SASL_PLAINTEXT', protocol: 'SASL_PLAINTEXT' },
    ],
    users: Object.fromEntries(users),
    sasl: { mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'], oauth: {} },
    acls: { superUsers: ['User:ANONYMOUS'] },
  });
  const portOf = (listener: string) => Number(broker.listener(listener).brokers[0]?.split(':')[1]);
  return {
    name: `the mock broker as ${asVersion}`,
    port: portOf('PLAINTEXT'),
    saslPort: portOf('SASL_PLAINTEXT'),
    [Symbol.asyncDispose]: () => broker.close(),
  };
}
