#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { run } from './cli/run.ts';

const ended = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
});

const code = await run(process.argv.slice(2), {
  stdin: process.stdin,
  pid: process.pid,
  version: () => JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version,
  age: () => performance.now(),
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  ended,
});
// Nothing is left to do, but stdin may be open: only what is printed has to arrive.
process.stdout.write('', () => process.exit(code));
