import type { UnusedFault } from './rule.ts';

/** A line for each rule with how often it was met, and below it what came nearest. */
export function unusedTable(unused: readonly UnusedFault[]): string {
  const width = Math.max(...unused.map(({ rule }) => rule.length));
  return unused
    .map(({ rule, matched, fired, owed, nearest = 'nothing on this API came' }) =>
      [
        `  ${rule.padEnd(width)}  matched ${matched}, fired ${fired} of ${owed}`,
        `    ${matched > 0 ? 'besides what matched, ' : ''}nearest: ${nearest}`,
      ].join('\n'),
    )
    .join('\n');
}
