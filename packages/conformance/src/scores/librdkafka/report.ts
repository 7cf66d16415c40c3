/** How one test of the suite ended. */
export type Outcome = {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Of a failed test: what it complained about first. */
  readonly reason?: string;
};

type Report = { readonly tests: Readonly<Record<string, { readonly state: string }>> };

/** The row of the report that stands for the whole run. */
const WHOLE = '<MAIN>';

/**
 * Reads the runner's report, and its log for the reasons, which the report leaves out. A test that was still running when
 * the runner gave up has failed.
 */
export function readReport(report: string, log: string): readonly Outcome[] {
  const reasons = reasonsIn(log);
  const { tests } = JSON.parse(report) as Report;
  return Object.entries(tests)
    .filter(([name]) => name !== WHOLE)
    .map(([name, { state }]) => {
      if (state === 'PASSED') return { name, state: 'passed' };
      if (state === 'SKIPPED') return { name, state: 'skipped' };
      const reason = reasons.get(name) ?? (state === 'RUNNING' ? 'It did not end.' : 'The log names no reason.');
      return { name, state: 'failed', reason };
    });
}

/** `### Test "NAME (subtest)" failed at file:line:function() at DATE: ###`, and the words in the line below. */
const failure = /^### Test "(\w+)[^"]*" failed at (\S+) at .*: ###\n(.*)$/gm;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the log is coloured
const colours = /\x1b\[\d*m/g;

function reasonsIn(log: string): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const [, name = '', , words = ''] of log.replaceAll(colours, '').matchAll(failure)) {
    if (!reasons.has(name)) reasons.set(name, words.trim());
  }
  return reasons;
}
