import path from 'node:path';
import { runBounded } from './bounded-run.mjs';
import { tools } from './workspace.mjs';

/**
 * Runs vitest over the repository in one process tree, with an end.
 * Where EVENTSTREAM_RESULTS names a folder, the results are also written there as JSON, for the machine that counts them.
 * @param {string} config a file name in packages/tooling
 * @param {readonly string[]} args
 * @param {{ what: string, minutes: number }} limit what runs, in the words of the results, and for how long at most
 * @returns {Promise<number>} the exit code
 */
export function runVitest(config, args, limit) {
  const results = process.env['EVENTSTREAM_RESULTS'];
  const file = `${limit.what.replaceAll(/[^\w.-]+/g, '-')}.json`;
  const json =
    results === undefined
      ? []
      : ['--reporter=default', '--reporter=json', `--outputFile.json=${path.join(results, file)}`];
  return runBounded([tools.vitest, 'run', `--config=packages/tooling/${config}`, '--root=.', ...json, ...args], limit);
}
