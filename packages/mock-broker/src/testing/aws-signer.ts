import { createHash, createHmac } from 'node:crypto';

/** How a test signs; everything that may be wrong can be made wrong. */
export type Signing = {
  readonly keyId: string;
  readonly secret: string;
  readonly session?: string;
  readonly at: number;
  readonly service?: string;
};

/** The client's side of SigV4 presigning for MSK, written from AWS's description without a line of the server's. */
export function presign(host: string, { keyId, secret, session, at, service = 'kafka-cluster' }: Signing) {
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const day = stamp.slice(0, 8);
  const scope = `${day}/eu-central-1/${service}/aws4_request`;
  const params = new URLSearchParams({
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${keyId}/${scope}`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': '900',
    ...(session === undefined ? {} : { 'X-Amz-Security-Token': session }),
    'X-Amz-SignedHeaders': 'host',
  });
  params.sort();
  const query = params.toString().replaceAll('+', '%20');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const canonical = `GET\n/\n${query}\nhost:${host}\n\nhost\n${hash('')}`;
  const key = [day, 'eu-central-1', service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const signature = hmac(key as Buffer, `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash(canonical)}`).toString('hex');
  return { params, signature };
}

/** What an AWS_MSK_IAM client sends. */
export function mskIamMessage(host: string, signing: Signing): string {
  const { params, signature } = presign(host, signing);
  const fields = [...params].map(([name, value]) => [name.toLowerCase(), value]);
  return JSON.stringify({
    version: '2020_10_22',
    host,
    'user-agent': 'test',
    ...Object.fromEntries(fields),
    'x-amz-signature': signature,
  });
}

/** What AWS's signers give to OAUTHBEARER clients. */
export function mskToken(host: string, signing: Signing): string {
  const { params, signature } = presign(host, signing);
  params.set('X-Amz-Signature', signature);
  params.set('User-Agent', 'aws-msk-iam-sasl-signer-js/1.0.0');
  return Buffer.from(`https://${host}/?${params}`).toString('base64url');
}
