/** What the pasted loader is made for. */
export interface LoaderOptions {
  /** URL of the package's `dist/snippet.js` on your own host. */
  readonly src: string;
  /** As in `createTracker`. */
  readonly endpoint: string;
  /** As in `createTracker`. */
  readonly writeKey: string;
  /** As in `createTracker`. */
  readonly pageViews?: string;
}

/** JSON that cannot end the script element it stands in. */
const literal = (value: string): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/**
 * The inline script that queues `eventstream(…)` calls, with their time, until the snippet is loaded.
 *
 * Paste it into `<script nonce="…">`: it hands the nonce on, and loads through a Trusted Types policy named
 * `eventstream`, which a page with a `trusted-types` directive has to allow by that name. No eval.
 *
 * @example
 * ```ts
 * import { randomUUID } from 'node:crypto';
 * import { loaderSnippet } from '@eventstream/tracker/loader';
 *
 * const nonce = randomUUID();
 * const html = `<script nonce="${nonce}">${loaderSnippet({
 *   src: '/eventstream.js',
 *   endpoint: '/events',
 *   writeKey: 'pub_shop',
 * })}</script>`;
 * console.assert(html.includes(nonce));
 * ```
 */
export function loaderSnippet({ src, endpoint, writeKey, pageViews }: LoaderOptions): string {
  const dataset = { endpoint, writeKey, ...(pageViews === undefined ? {} : { pageViews }) };
  const data = Object.entries(dataset).map(([name, value]) => `${name}:${literal(value)}`);
  return (
    `{let d=document,s=d.createElement("script"),u=${literal(src)},q=[],t=self.trustedTypes;` +
    '(self.eventstream=(...a)=>q.push([Date.now(),...a])).q=q;' +
    's.nonce=d.currentScript.nonce;' +
    's.src=t?t.createPolicy("eventstream",{createScriptURL:a=>u}).createScriptURL(u):u;' +
    `Object.assign(s.dataset,{${data.join()}});d.head.append(s)}`
  );
}
