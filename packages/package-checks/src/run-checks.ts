import { declaredImports } from './checks/declared-imports.ts';
import { docstrings } from './checks/docstrings.ts';
import { fileSizeOfThisRepository } from './checks/file-size.ts';
import { foreignPlacesCheck } from './checks/foreign-places.ts';
import { levels } from './checks/levels.ts';
import { publishedPackages } from './checks/published-packages.ts';
import { rootListing } from './checks/root-listing.ts';
import { type Check, formatFinding } from './finding.ts';
import { readRepository } from './repository.ts';

/** All checks, quick ones first. */
export const checks: readonly Check[] = [
  rootListing,
  fileSizeOfThisRepository,
  foreignPlacesCheck,
  levels,
  declaredImports,
  docstrings,
  publishedPackages,
];

/** Runs the checks, or those named, on the repository at `root`, prints what each found and gives the number of findings. */
export async function runChecks(
  root: string,
  names: readonly string[],
  print: (line: string) => void,
): Promise<number> {
  const unknown = names.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) {
    print(`No check is called "${unknown}"; there are ${checks.map((check) => check.name).join(', ')}.`);
    return 1;
  }
  const repository = readRepository(root);
  let total = 0;
  for (const check of checks) {
    if (names.length > 0 && !names.includes(check.name)) continue;
    const began = performance.now();
    const findings = await check.find(repository);
    for (const finding of findings) print(formatFinding(check.name, finding));
    if (findings.length === 0) print(`✓ ${check.name} (${Math.round(performance.now() - began)} ms)`);
    total += findings.length;
  }
  if (total > 0) print(`${total} findings.`);
  return total;
}
