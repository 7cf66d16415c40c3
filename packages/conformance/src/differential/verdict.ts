import type { Difference } from './compare.ts';
import type { DeclaredDifference } from './declared.ts';

/** What a comparison comes to: both lists must be empty. */
export type Verdict = {
  readonly undeclared: readonly Difference[];
  readonly unmet: readonly DeclaredDifference[];
};

/** Holds what was found against what is declared. */
export function judge(found: readonly Difference[], declared: readonly DeclaredDifference[], kafka: string): Verdict {
  const applicable = declared.filter((row) => row.kafka === undefined || row.kafka.includes(kafka));
  const met = new Set<DeclaredDifference>();
  const undeclared = found.filter((difference) => {
    const rows = applicable.filter((row) => explains(row, difference));
    for (const row of rows) met.add(row);
    return rows.length === 0;
  });
  return { undeclared, unmet: applicable.filter((row) => !met.has(row)) };
}

function explains(row: DeclaredDifference, { exchange, ...at }: Difference): boolean {
  const { api, path, titles, versions, entries } = row;
  if (exchange.api.name !== api) return false;
  if (titles && !titles.includes(exchange.title)) return false;
  if (versions && (exchange.version < versions[0] || exchange.version > versions[1])) return false;
  if (entries && ![at.real, at.mock].every((list) => hasOnly(list, entries))) return false;
  const paths = typeof path === 'string' ? [path] : path;
  return paths.some((one) => at.path === one || (one.endsWith('.*') && at.path.startsWith(one.slice(0, -1))));
}

/** Whether a list has no other entries than those that may differ. */
function hasOnly(list: unknown, { field, values }: NonNullable<DeclaredDifference['entries']>): boolean {
  return Array.isArray(list) && list.every((entry) => values.includes(entry[field]));
}
