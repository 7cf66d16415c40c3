import { isPresent, parts } from './parts.mjs';
import { runProgram } from './run-step.mjs';

/** What some benchmarks need beside Node. Without it their rows say so. */
const wanted = ['chromium', 'confluent-kafka', 'go', 'java'];

/**
 * Runs the benchmarks' own entry with the same arguments, telling it what this machine lacks and how to install that.
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(args) {
  const { code } = await runProgram(process.execPath, ['packages/benchmarks/bin/bench.mjs', ...args], {
    env: { BENCH_ABSENT: JSON.stringify(absentParts()) },
  });
  return code;
}

function absentParts() {
  return Object.fromEntries(
    wanted.flatMap((name) => {
      const part = parts[name];
      if (part === undefined || isPresent(part)) return [];
      return [[name, part.install.map((command) => command.join(' ')).join(' && ')]];
    }),
  );
}
