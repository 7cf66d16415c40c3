import { isAtLeast, type KafkaRelease } from './releases.ts';

/** A feature of a cluster (KIP-584): the levels a broker knows, and the one that is in force. */
export type Feature = {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  readonly level: number;
};

/** A feature means nothing where the API that it is about is not served. */
type Row = Omit<Feature, 'name'> & { readonly since: KafkaRelease; readonly needsApi?: number };

/** What changes with a release, the newest first: the first row that is old enough holds. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  'metadata.version': [
    { since: '4.3', lowest: 7, highest: 30, level: 30 },
    { since: '4.2', lowest: 7, highest: 29, level: 29 },
    { since: '4.1', lowest: 7, highest: 27, level: 27 },
    { since: '4.0', lowest: 7, highest: 25, level: 25 },
    { since: '3.9', lowest: 1, highest: 21, level: 21 },
    { since: '3.7', lowest: 1, highest: 19, level: 19 },
    { since: '3.5', lowest: 1, highest: 11, level: 11 },
    { since: '3.3', lowest: 1, highest: 7, level: 7 },
  ],
  'kraft.version': [{ since: '3.9', lowest: 0, highest: 1, level: 0 }],
  'transaction.version': [{ since: '4.0', lowest: 0, highest: 2, level: 2 }],
  'group.version': [{ since: '4.0', lowest: 0, highest: 1, level: 1, needsApi: 68 }],
  'eligible.leader.replicas.version': [
    { since: '4.1', lowest: 0, highest: 1, level: 1 },
    { since: '4.0', lowest: 0, highest: 1, level: 0 },
  ],
  'share.version': [
    { since: '4.2', lowest: 0, highest: 1, level: 1, needsApi: 76 },
    { since: '4.1', lowest: 0, highest: 1, level: 0, needsApi: 76 },
  ],
  'streams.version': [{ since: '4.2', lowest: 0, highest: 1, level: 1, needsApi: 88 }],
};

/** The features of a cluster of this release, of which `serves` tells the APIs. */
export function featuresOf(release: KafkaRelease, serves: (apiKey: number) => boolean): readonly Feature[] {
  return Object.entries(rows).flatMap(([name, changes]) => {
    const row = changes.find(({ since }) => isAtLeast(release, since));
    if (!row || (row.needsApi !== undefined && !serves(row.needsApi))) return [];
    return [{ name, lowest: row.lowest, highest: row.highest, level: row.level }];
  });
}
