import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { runToEnd } from '@eventstream/tooling';

const minutes = 60_000;

/** Builds librdkafka and its test-runner in place, unless that was done before; gives the folder of the tests. */
export async function buildTestRunner(source: string, say: (line: string) => void): Promise<string> {
  const tests = path.join(source, 'tests');
  const stamp = path.join(source, '.built');
  if (existsSync(stamp)) return tests;
  say(`Building librdkafka and its tests in ${source}; some minutes, once …`);
  const steps: readonly (readonly string[])[] = [
    ['./configure', '--disable-curl', '--disable-gssapi'],
    ['make', `-j${availableParallelism()}`, 'libs'],
    ['make', `-j${availableParallelism()}`, '-C', 'tests', 'build'],
  ];
  for (const [command = '', ...args] of steps) {
    await runToEnd(command, args, { cwd: source, name: `${command} of librdkafka`, timeoutMs: 15 * minutes });
  }
  await writeFile(stamp, '');
  return tests;
}
