import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The secret that belongs to an access key id. */
export type AwsCredential = {
  readonly secretAccessKey: string;
  /** For temporary credentials: the token that has to come along. */
  readonly sessionToken?: string;
  /** The user the key stands for. Default: the access key id. */
  readonly user?: string;
};

/** A presigned request: where to, and its query without the signature but with everything else that is signed. */
export type Presigned = {
  readonly host: string;
  readonly query: ReadonlyMap<string, string>;
  readonly signature: string;
};

/** Whose request it is and until when it is good. */
export type AwsCaller = { readonly user: string; readonly expiresAt: number };

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 'kafka-cluster';
const CLOCK_SKEW_MS = 5 * 60_000;

/** Computes the signature anew with the secret of the key it names (AWS Signature Version 4) and compares. */
export function verifyPresigned(
  presigned: Presigned,
  credentials: Readonly<Record<string, AwsCredential>>,
  now: number,
): AwsCaller | undefined {
  const { query } = presigned;
  const [accessKeyId = '', date = '', region = '', service, ending] = (query.get('X-Amz-Credential') ?? '').split('/');
  const own = Object.hasOwn(credentials, accessKeyId) ? credentials[accessKeyId] : undefined;
  const signedAt = readDate(query.get('X-Amz-Date') ?? '');
  const expiresAt = signedAt + Number(query.get('X-Amz-Expires')) * 1000;
  const wellFormed =
    query.get('X-Amz-Algorithm') === ALGORITHM &&
    query.get('X-Amz-SignedHeaders') === 'host' &&
    query.get('Action') === 'kafka-cluster:Connect' &&
    service === SERVICE &&
    ending === 'aws4_request' &&
    query.get('X-Amz-Date')?.startsWith(date);
  if (!own || !wellFormed || !(now < expiresAt) || signedAt > now + CLOCK_SKEW_MS) return undefined;
  if ((own.sessionToken ?? undefined) !== query.get('X-Amz-Security-Token')) return undefined;
  const expected = signatureOf(presigned, { secret: own.secretAccessKey, date, region });
  if (!sameText(expected, presigned.signature)) return undefined;
  return { user: own.user ?? accessKeyId, expiresAt };
}

/** The signature of a presigned GET of `/`. */
export function signatureOf(
  { host, query }: Omit<Presigned, 'signature'>,
  { secret, date, region }: { readonly secret: string; readonly date: string; readonly region: string },
): string {
  const canonicalQuery = [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const canonical = ['GET', '/', canonicalQuery, `host:${host}`, '', 'host', sha256('')].join('\n');
  const scope = `${date}/${region}/${SERVICE}/aws4_request`;
  const toSign = [ALGORITHM, query.get('X-Amz-Date') ?? '', scope, sha256(canonical)].join('\n');
  let key: string | Buffer = `AWS4${secret}`;
  for (const part of [date, region, SERVICE, 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(toSign).digest('hex');
}

/** Percent-encoding as AWS wants it, which leaves fewer characters alone than `encodeURIComponent`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sameText(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** Milliseconds of `20260101T000000Z`; NaN for anything else, which no comparison lets pass. */
function readDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.slice(1).map(Number);
  if (!parts) return Number.NaN;
  const [year = 0, month = 1, day, hour, minute, second] = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
