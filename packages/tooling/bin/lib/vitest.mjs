import path from 'node:path';
import { runProgram } from './run-step.mjs';
import { tools } from './workspace.mjs';

/**
 * Runs vitest over the repository in one process tree.
 * Where EVENTSTREAM_RESULTS names a folder, the results are also written there as JSON, for the machine that counts them.
 * @param {string} config a file name in packages/tooling
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function runVitest(config, args) {
  const results = process.env['EVENTSTREAM_RESULTS'];
  const json =
    results === undefined
      ? []
      : ['--reporter=default', '--reporter=json', `--outputFile.json=${path.join(results, `${config}.json`)}`];
  const { code } = await runProgram(process.execPath, [
    tools.vitest,
    'run',
    `--config=packages/tooling/${config}`,
    '--root=.',
    ...json,
    ...args,
  ]);
  return code;
}
