import { runProgram } from './run-step.mjs';
import { needParts } from './run-system.mjs';

/**
 * Runs the scores' own entry with the same arguments, once what builds and runs the suite is there.
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(args) {
  needParts(['jdk', 'librdkafka-build']);
  const { code } = await runProgram(process.execPath, ['packages/conformance/bin/scores.mjs', ...args]);
  return code;
}
