import { ensureInstalled } from './ensure-installed.mjs';
import { runProgram, runSteps } from './run-step.mjs';
import { summary } from './summary.mjs';
import { runTurbo } from './turbo.mjs';
import { runVitest } from './vitest.mjs';
import { tools } from './workspace.mjs';

/**
 * Everything that needs only Node, cheapest first, vitest last so that its summary ends the output.
 * Arguments go to vitest (a file name, `-t name`); then only it runs, for they mean "this test, now".
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(args) {
  await ensureInstalled();
  if (args.length > 0) return tests(args);
  const results = await runSteps([
    { name: 'lint and format (biome)', run: lint },
    { name: 'build, declarations, types, package checks (turbo)', run: turbo },
    { name: 'tests (vitest)', countsItself: true, run: () => tests(args) },
  ]);
  return summary('npm-test', results);
}

/** @param {readonly string[]} args */
function tests(args) {
  return runVitest('vitest.config.ts', args, { what: 'npm test', minutes: 25 });
}

async function lint() {
  const { code } = await runProgram(process.execPath, [
    tools.biome,
    'check',
    '--config-path=packages/tooling/biome.jsonc',
    '--error-on-warnings',
    '--max-diagnostics=50',
  ]);
  return code;
}

async function turbo() {
  const tasks = ['build', 'types', 'typecheck', '@eventstream/package-checks#check'];
  const { code } = await runTurbo([...tasks, '--continue', '--output-logs=new-only', '--log-order=grouped']);
  return code;
}
