import { describe, expect, test } from 'vitest';
import { startProcess } from './child-process.ts';
import { runToEnd } from './run-to-end.ts';

const node = process.execPath;
const runs = "console.log('ready on 1'); setInterval(() => undefined, 1000)";

describe('startProcess', () => {
  test('finds a line that was written before or after it was asked for', async () => {
    await using child = await startProcess(node, ['-e', runs]);
    expect(await child.waitForLine(/ready on \d/)).toBe('ready on 1');
    expect(await child.waitForLine(/ready/)).toBe('ready on 1');
  });

  test('stops by pid', async () => {
    const child = await startProcess(node, ['-e', runs]);
    await child.waitForLine(/ready/);
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(() => process.kill(child.pid, 0)).toThrow(/ESRCH/);
  });

  test('kills what ignores the signal once the deadline has passed', async () => {
    const child = await startProcess(node, ['-e', `process.on('SIGTERM', () => undefined); ${runs}`]);
    await child.waitForLine(/ready/);
    expect(await child.stop({ deadlineMs: 50 })).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('a process that ends instead of getting ready fails with what it wrote', async () => {
    const child = await startProcess(node, ['-e', "console.error('port taken'); process.exit(2)"], { name: 'shop' });
    await expect(child.waitForLine(/ready/)).rejects.toThrow(/shop \(pid \d+\) ended before .*\n?.*port taken/s);
  });

  test('a program that is not there fails by name', async () => {
    await expect(startProcess('no-such-program', [])).rejects.toThrow(/no-such-program could not be started/);
  });
});

describe('runToEnd', () => {
  test('gives the output', async () => {
    expect(await runToEnd(node, ['-p', '6 * 7'])).toBe('42\n');
  });

  test('never puts a line of one stream inside a line of the other', async () => {
    const parts = ["process.stdout.write('one-')", "console.error('note')", "console.log('two')"];
    const program = parts.map((part, index) => `setTimeout(() => { ${part}; }, ${index * 40});`).join('');
    expect(await runToEnd(node, ['-e', program])).toBe('note\none-two\n');
  });

  test('fails on an exit code, with the output', async () => {
    await expect(runToEnd(node, ['-e', "console.log('why'); process.exit(3)"])).rejects.toThrow(/ended with 3.*why/s);
  });

  test('fails when it takes too long', async () => {
    await expect(runToEnd(node, ['-e', runs], { timeoutMs: 300 })).rejects.toThrow(/did not end in 300 ms/);
  });
});
