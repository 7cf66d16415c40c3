import { readFileSync } from 'node:fs';
import { run } from './run.ts';

/** Runs the program in this process. `packageJson` tells its version. */
export async function main(packageJson: URL): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });

  const code = await run(process.argv.slice(2), {
    stdin: process.stdin,
    pid: process.pid,
    version: () => JSON.parse(readFileSync(packageJson, 'utf8')).version,
    age: () => performance.now(),
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    ended,
  });
  // Nothing is left to do, but stdin may be open: only what is printed has to arrive.
  process.stdout.write('', () => process.exit(code));
}
