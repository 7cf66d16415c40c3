/** What subscriptions may go by, with Kafka's names of it. */
export const matchKeys = [
  'client_instance_id',
  'client_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port',
] as const;

/** Facts about a client, as subscriptions see it. */
export type ClientFacts = Readonly<Record<(typeof matchKeys)[number], string>>;

type Pattern = { readonly key: keyof ClientFacts; readonly value: RegExp };

/** The patterns of a `match` config, `key=regex` separated by commas; `undefined` when it cannot be read. */
export function parseMatch(text: string): readonly Pattern[] | undefined {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const patterns = parts.map(parsePart);
  return patterns.every((pattern) => pattern !== undefined) ? patterns : undefined;
}

/** Whether every pattern matches the whole of its fact. */
export function matches(patterns: readonly Pattern[], facts: ClientFacts): boolean {
  return patterns.every(({ key, value }) => value.test(facts[key]));
}

function parsePart(part: string): Pattern | undefined {
  const [name = '', regex = ''] = part.split('=').map((side) => side.trim());
  const key = matchKeys.find((known) => known === name);
  if (!key || regex === '' || part.split('=').length !== 2) return undefined;
  try {
    return { key, value: new RegExp(`^(?:${regex})$`) };
  } catch {
    return undefined;
  }
}
