import { readdirSync } from 'node:fs';
import type { Check } from '../finding.ts';
import { visibleRoot } from '../rules/root-listing.ts';

/** The visible root is exactly the agreed list. */
export const rootListing: Check = {
  name: 'root-listing',
  find({ root }) {
    const there = readdirSync(root).filter((name) => !name.startsWith('.') && name !== 'node_modules');
    const why = 'The root is the first page a newcomer reads: every entry there costs each of them a question.';
    return [
      ...there
        .filter((name) => !visibleRoot.includes(name))
        .map((name) => ({
          where: name,
          what: `"${name}" does not belong to the root.`,
          why,
          fix: 'Move it into a package, docs, docker or packages/tooling, make it a dotfile, or ignore it if a tool makes it.',
        })),
      ...visibleRoot
        .filter((name) => !there.includes(name))
        .map((name) => ({ where: name, what: `"${name}" is missing from the root.`, why, fix: 'Add it.' })),
    ];
  },
};
