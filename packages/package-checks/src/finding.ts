import type { Repository } from './repository.ts';

/** One thing wrong. A finding teaches: whoever reads it should need no other page to put it right. */
export interface Finding {
  /** `path` or `path:line`, from the root. */
  readonly where: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** A rule the whole repository keeps. */
export interface Check {
  readonly name: string;
  find(repository: Repository): readonly Finding[] | Promise<readonly Finding[]>;
}

/** A finding as the terminal shows it. */
export function formatFinding(check: string, { where, what, why, fix }: Finding): string {
  return `✗ ${check}: ${where}\n    ${what}\n    Why: ${why}\n    Do:  ${fix}\n`;
}
