import type { Clock } from '../../time/clock.ts';
import type { SaslExchange, SaslStep } from './exchange.ts';
import { type AwsCaller, type AwsCredential, type Presigned, verifyPresigned } from './sigv4.ts';

/** What AWS_MSK_IAM and its tokens are verified with. */
export type AwsSetup = { readonly credentials: Readonly<Record<string, AwsCredential>>; readonly clock: Clock };

const VERSION = '2020_10_22';
const parameters = ['Algorithm', 'Credential', 'Date', 'SignedHeaders', 'Expires', 'Security-Token'];

/** AWS_MSK_IAM: one JSON message with the parts of a presigned request, answered by a JSON message. */
export function awsMskIam({ credentials, clock }: AwsSetup, newId: () => string): SaslExchange {
  return {
    respond(token): SaslStep {
      const presigned = readPayload(Buffer.from(token).toString('utf8'));
      const caller = presigned && verifyPresigned(presigned, credentials, clock.now());
      if (!caller) return { kind: 'refuse', message: 'Authentication failed: Invalid or expired IAM credentials' };
      const answer = JSON.stringify({ version: VERSION, 'request-id': newId() });
      return { kind: 'accept', token: Buffer.from(answer), ...caller };
    },
  };
}

/** The caller a bearer token of AWS's signers names: the presigned URL in base64url, for clients without AWS_MSK_IAM. */
export function verifyAwsToken(token: string, { credentials, clock }: AwsSetup): AwsCaller | undefined {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('https://') || !URL.canParse(text)) return undefined;
  const { host, searchParams } = new URL(text);
  const query = new Map([...searchParams]);
  const signature = query.get('X-Amz-Signature') ?? '';
  // Added by the signers after signing.
  query.delete('X-Amz-Signature');
  query.delete('User-Agent');
  return verifyPresigned({ host, query, signature }, credentials, clock.now());
}

function readPayload(text: string): Presigned | undefined {
  let fields: Record<string, unknown>;
  try {
    fields = { ...JSON.parse(text) };
  } catch {
    return undefined;
  }
  const { action, host, version } = fields;
  const signature = fields['x-amz-signature'];
  if (version !== VERSION || typeof host !== 'string' || typeof signature !== 'string') return undefined;
  const query = new Map([['Action', String(action)]]);
  for (const name of parameters) {
    const value = fields[`x-amz-${name.toLowerCase()}`];
    if (typeof value === 'string') query.set(`X-Amz-${name}`, value);
  }
  return { host, query, signature };
}
