import { spawn } from 'node:child_process';
import { root } from './workspace.mjs';

/**
 * Runs one program in the repository's root and resolves to its exit code; a signal counts as a failure.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, quiet?: boolean, onOutput?: (text: string) => void }} [options]
 *   `quiet` keeps the output and gives it back instead of showing it.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runProgram(command, args, options = {}) {
  const { env = {}, quiet = false, onOutput = () => undefined } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      // npx is a batch file on Windows, which only a shell starts.
      shell: process.platform === 'win32' && command === 'npx',
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
        onOutput(text);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs the steps in order, each with a heading and its time. All of them run, so that one run tells everything that is
 * wrong, except that a failed `essential` step ends the run.
 * @param {readonly { name: string, essential?: boolean, countsItself?: boolean, run: () => Promise<number> }[]} steps
 *   `countsItself`: the step writes a result for each of its tests, so that it is no result of its own.
 * @returns {Promise<readonly { name: string, code: number, seconds: number, countsItself: boolean }[]>}
 */
export async function runSteps(steps) {
  const results = [];
  for (const step of steps) {
    const began = performance.now();
    console.log(`\n── ${step.name}`);
    const code = await step.run();
    const seconds = (performance.now() - began) / 1000;
    results.push({ name: step.name, code, seconds, countsItself: step.countsItself ?? false });
    if (code !== 0) console.error(`✗ ${step.name} failed after ${seconds.toFixed(1)} s`);
    if (code !== 0 && step.essential) break;
  }
  return results;
}
