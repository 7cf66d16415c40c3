import type { Check } from '../finding.ts';
import { publicExports } from '../public-exports.ts';

/** Every export of a public door says in its first line what the caller gets. */
export const docstrings: Check = {
  name: 'docstrings',
  find(repository) {
    const seen = new Set<string>();
    return publicExports(repository).flatMap(({ package: owner, door, name, where, documentation }) => {
      if (documentation !== '' || seen.has(where)) return [];
      seen.add(where);
      return [
        {
          where,
          what: `${name}, exported by ${owner}${door.slice(1)}, has no docstring.`,
          why: 'The editor shows the docstring where the name is typed: for most users it is the only page they read.',
          fix: 'Write one: first what the caller gets, then the one surprising rule, units, defaults, bounds and errors; an @example where it helps.',
        },
      ];
    });
  },
};
