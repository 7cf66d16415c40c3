import { configError } from '@eventstream/core';
import type { WriteKeyOptions } from './options.ts';
import { Refusal } from './refusal.ts';

interface Grant {
  readonly origins: ReadonlySet<string>;
  readonly allowNoOrigin: boolean;
}

/** How long a browser may remember a preflight; Chromium remembers none longer. */
const preflightSeconds = '7200';

function normalOrigin(origin: string, option: string): string {
  // Not only `*` is missing: `null` is every sandboxed frame and every file, so it names nobody.
  if (URL.canParse(origin) && new URL(origin).origin === origin && origin !== 'null') return origin;
  throw configError(
    option,
    `${JSON.stringify(origin)} is not an origin. Write scheme, host and port as browsers do, such as "https://shop.example".`,
  );
}

/** Who may send from where. */
export class Access {
  readonly #grants = new Map<string, Grant>();
  /** Of all keys: a listed page may read why it was refused, whichever key it used. */
  readonly #origins = new Set<string>();

  constructor(writeKeys: Readonly<Record<string, WriteKeyOptions>>) {
    for (const [key, { origins, allowNoOrigin = true }] of Object.entries(writeKeys)) {
      if (key === '') throw configError('writeKeys', 'has an empty key. Name one, such as "pub_shop".');
      // The key's own name stays out of the message.
      const known = origins.map((origin, index) => normalOrigin(origin, `writeKeys[…].origins[${index}]`));
      for (const origin of known) this.#origins.add(origin);
      this.#grants.set(key, { origins: new Set(known), allowNoOrigin });
    }
    if (this.#grants.size === 0)
      throw configError('writeKeys', 'is empty: nobody could send. Add a key and its origins.');
  }

  /** Throws the refusal of a key that is not known, or of an origin that is not its own. */
  assertMaySend(key: string | null, origin: string | undefined): void {
    const grant = key === null ? undefined : this.#grants.get(key);
    if (grant === undefined)
      throw new Refusal('write-key-unknown', 'The write key in the query parameter "k" is missing or not known.');
    if (origin === undefined ? grant.allowNoOrigin : grant.origins.has(origin)) return;
    const who = origin === undefined ? 'Requests without an Origin header are' : 'This origin is';
    throw new Refusal(
      'origin-foreign',
      `${who} not allowed for this write key. Add the page's origin to its "origins".`,
    );
  }

  /** CORS headers of any answer: a listed origin by name, never a wildcard, never credentials. */
  headersFor(origin: string | undefined): Readonly<Record<string, string>> {
    if (origin === undefined || !this.#origins.has(origin)) return { vary: 'origin' };
    return {
      vary: 'origin',
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'eventstream-durable, retry-after',
    };
  }

  /** The headers of a preflight's answer. Throws a refusal for anything but a POST with a content type from a listed origin. */
  preflight(key: string | null, header: (name: string) => string | undefined): Readonly<Record<string, string>> {
    this.assertMaySend(key, header('origin'));
    const wanted = (header('access-control-request-headers') ?? '').split(',').map((name) => name.trim().toLowerCase());
    const allowed = wanted.every((name) => name === '' || name === 'content-type');
    if (header('access-control-request-method') !== 'POST' || !allowed)
      throw new Refusal('origin-foreign', 'Only POST with a content-type header is allowed from a page.');
    return {
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': preflightSeconds,
    };
  }
}
