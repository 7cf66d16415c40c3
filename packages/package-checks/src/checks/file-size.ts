import type { Check, Finding } from '../finding.ts';
import { ceiling, longFiles } from '../rules/file-size.ts';

/** No source file outgrows the ceiling, save the listed tables; no exemption outlives its need. */
export function fileSize(rules: { ceiling: number; longFiles: Readonly<Record<string, string>> }): Check {
  return {
    name: 'file-size',
    find(repository) {
      const findings: Finding[] = [];
      for (const file of repository.files) {
        if (!/\.(ts|mts|mjs|js|css|sh|py|java|go)$/.test(file)) continue;
        const lines = repository.read(file).trimEnd().split('\n').length;
        const exempt = Object.hasOwn(rules.longFiles, file);
        if (lines > rules.ceiling && !exempt) findings.push(tooLong(file, lines, rules.ceiling));
        if (lines <= rules.ceiling && exempt) findings.push(needless(file, `it has ${lines} lines`));
      }
      const gone = Object.keys(rules.longFiles).filter((file) => !repository.files.includes(file));
      return [...findings, ...gone.map((file) => needless(file, 'it does not exist'))];
    },
  };
}

/** The check with the rules of this repository. */
export const fileSizeOfThisRepository = fileSize({ ceiling, longFiles });

function tooLong(file: string, lines: number, limit: number): Finding {
  return {
    where: file,
    what: `The file has ${lines} lines; the ceiling is ${limit}.`,
    why: 'A file that long holds several things, and whoever looks for one of them reads past all the others.',
    fix: 'Split it by what its parts are called. Only a table of data may be exempted, with its reason, in packages/package-checks/src/rules/file-size.ts.',
  };
}

function needless(file: string, because: string): Finding {
  return {
    where: file,
    what: `The file is exempted from the size ceiling, but ${because}.`,
    why: 'An exemption nobody needs hides the next file that does.',
    fix: 'Remove its line from packages/package-checks/src/rules/file-size.ts.',
  };
}
