import { createHash, createHmac } from 'node:crypto';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';

/** A mock cluster behind SASL that knows alice, unsigned tokens or those of a key, and one AWS key. */
export function startSaslCluster(
  sasl: NonNullable<Parameters<typeof startMockBroker>[0]>['sasl'] = {},
): Promise<MockBroker> {
  return startMockBroker({
    listeners: [{ protocol: 'SASL_PLAINTEXT' }],
    users: { alice: { password: 'secret' } },
    sasl: { oauth: {}, aws: { AKID: { secretAccessKey: 'aws-secret' } }, ...sasl },
    topics: [{ name: 'orders' }],
  });
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token nobody signed, good for `seconds`. */
export function unsignedToken(seconds: number): string {
  return `${encode({ alg: 'none' })}.${encode({ sub: 'alice', exp: Math.floor(Date.now() / 1000) + seconds })}.`;
}

/** What AWS's signers make for a broker (SigV4 presigning), at a time of the test's choice. */
export function signedPayload(broker: string, secret: string, at: number): Readonly<Record<string, string>> {
  const host = broker.slice(0, broker.lastIndexOf(':'));
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [stamp.slice(0, 8), 'eu-central-1', 'kafka-cluster', 'aws4_request'];
  const query = new URLSearchParams({
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `AKID/${scope.join('/')}`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': '900',
    'X-Amz-SignedHeaders': 'host',
  });
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const canonical = `GET\n/\n${query}\nhost:${host}\n\nhost\n${hash('')}`;
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope.join('/')}\n${hash(canonical)}`;
  const fields = [...query].map(([name, value]) => [name.toLowerCase(), value]);
  const signature = hmac(key as Buffer, text).toString('hex');
  return {
    version: '2020_10_22',
    host,
    'user-agent': 'test',
    ...Object.fromEntries(fields),
    'x-amz-signature': signature,
  };
}
