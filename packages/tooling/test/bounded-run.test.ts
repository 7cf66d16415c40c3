import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const module = path.resolve(import.meta.dirname, '../bin/lib/bounded-run.mjs');

/** What a command that runs `program` for at most `minutes` printed, and its exit code. */
function bounded(program: string, minutes: number, onOutput?: (runner: ReturnType<typeof spawn>) => void) {
  const runner = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { runBounded } from ${JSON.stringify(module)};
     process.exitCode = await runBounded(['-e', ${JSON.stringify(program)}], { minutes: ${minutes}, what: 'the program' });`,
  ]);
  let output = '';
  for (const stream of [runner.stdout, runner.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput?.(runner);
    });
  }
  return new Promise<{ code: number | null; signal: string | null; output: string }>((resolve) => {
    runner.on('close', (code, signal) => resolve({ code, signal, output }));
  });
}

test('the exit code of a program that ends in time is passed on', async () => {
  expect(await bounded('process.exit(7)', 1)).toEqual({ code: 7, signal: null, output: '' });
});

test('a loop without an end is told as such, and ended', async () => {
  const { code, output } = await bounded('for (;;);', 0.01);
  expect(code).toBe(1);
  expect(output).toContain('✗ the program still runs after 0.01 min and is ended');
  expect(output).toContain('its thread is in a loop without an end');
});

test('what a program waits for is told, and the processes it started end with it', async () => {
  const child = 'setInterval(() => undefined, 1000); process.stdout.write(String(process.pid) + " ");';
  const { code, output } = await bounded(
    `const { spawn } = require('node:child_process');
     process.on('SIGTERM', () => undefined);
     spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });`,
    0.02,
  );
  expect(code).toBe(1);
  expect(output).toContain('1 process');
  const pid = Number(/^\d+/.exec(output)?.[0]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('an interrupt reaches the program and ends the run', async () => {
  const program = `process.on('SIGTERM', () => { console.log('heard'); process.exit(0); }); console.log('ready'); setInterval(() => undefined, 1000);`;
  const { signal, output } = await bounded(program, 1, (runner) => void runner.kill('SIGTERM'));
  expect(output).toContain('heard');
  expect(signal).toBe('SIGTERM');
});
