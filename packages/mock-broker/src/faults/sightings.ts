import { type FaultSelection, mismatches, type RequestView, settled } from './match.ts';

type Sighting = { readonly request: RequestView; count: number };

/** How many kinds of requests are remembered; a test meets few, and the first are as telling as any. */
const LIMIT = 200;

/** Requests that came while there were rules, so that a rule nobody met can say what came instead. */
export class Sightings {
  readonly #seen = new Map<string, Sighting>();

  note(request: RequestView): void {
    const key = describe(request);
    const known = this.#seen.get(key);
    if (known) known.count += 1;
    else if (this.#seen.size < LIMIT) this.#seen.set(key, { request: settled(request), count: 1 });
  }

  /** What came nearest to the selection, and why it was not met; nothing when nothing came near. */
  nearest(selection: FaultSelection): string | undefined {
    const ranked = [...this.#seen]
      .map(([text, { request, count }]) => ({ text, count, why: mismatches(selection, request) }))
      .filter(({ why }) => why.length > 0 && !why[0]!.startsWith('the API'))
      .sort((one, other) => one.why.length - other.why.length);
    const [best] = ranked;
    return best && `${best.text}, ${best.count === 1 ? 'once' : `${best.count} times`}: ${best.why.join(', ')}`;
  }
}

function describe({ api, version, nodeId, clientId, parts, groups }: RequestView): string {
  const topics = [
    ...new Set(parts().map(({ topic, partition }) => `${topic}${partition === undefined ? '' : `-${partition}`}`)),
  ];
  const about = [...topics, ...groups()].join(', ');
  return `${api} v${version} of '${clientId}' to node ${nodeId}${about === '' ? '' : ` about ${about}`}`;
}
