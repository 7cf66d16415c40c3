import { runProgram } from './run-step.mjs';

/**
 * Runs the benchmarks' own entry with the same arguments.
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(args) {
  const { code } = await runProgram(process.execPath, ['packages/benchmarks/bin/bench.mjs', ...args]);
  return code;
}
