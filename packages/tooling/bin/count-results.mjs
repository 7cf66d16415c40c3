// count-results.mjs FOLDER FAILED: sums what the runs left in the folder and prints "N passed, N failed" as its last line.
// Exit code 0 only if tests ran, none failed, and FAILED (whether a command ended badly) is 0.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const [folder = '', commandFailed = '1'] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const name of readdirSync(folder).sort()) {
  const result = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  if (Array.isArray(result)) {
    // Lint, types and checks count as one test each.
    const steps = result.filter((step) => !step.countsItself);
    passed += steps.filter(({ code }) => code === 0).length;
    failed += steps.filter(({ code }) => code !== 0).length;
  } else {
    passed += result.numPassedTests;
    failed += result.numFailedTests;
    // A file that fails before its first test has none to count.
    failed += result.testResults.filter(
      (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
        file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
  }
}
rmSync(folder, { recursive: true, force: true });
// A command can fail without a failed test: an unhandled rejection, a missing tool, a crash.
if (commandFailed !== '0' && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
