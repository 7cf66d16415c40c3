import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Says which steps failed, if any, and gives the exit code. On success it says nothing: vitest's summary stays last.
 * Where EVENTSTREAM_RESULTS names a folder, the steps are written there too.
 * @param {string} name
 * @param {readonly { name: string, code: number, seconds: number }[]} results
 */
export function summary(name, results) {
  const folder = process.env['EVENTSTREAM_RESULTS'];
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${name}.steps.json`), JSON.stringify(results, undefined, 2));
  }
  const failed = results.filter(({ code }) => code !== 0);
  if (failed.length === 0) return 0;
  console.error(`\nFailed: ${failed.map((step) => step.name).join('; ')}. Scroll up to each ✗ for its output.`);
  return 1;
}
