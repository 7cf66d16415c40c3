import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './workspace.mjs';

/** @type {readonly NodeJS.Signals[]} */
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a Node program in the repository's root, in a process group of its own, and resolves to its exit code. What still runs
 * when the time is up is a failure that teaches: it prints where every Node process of the group was and what it waited for,
 * then the whole group is ended, so that one hanging test never costs the run.
 * @param {readonly string[]} args
 * @param {{ minutes: number, what: string }} limit
 * @returns {Promise<number>} the exit code; 1 after the limit
 */
export async function runBounded(args, { minutes, what }) {
  const reports = mkdtempSync(path.join(tmpdir(), 'eventstream-hang-'));
  const options = `${process.env['NODE_OPTIONS'] ?? ''} --report-on-signal --report-signal=SIGUSR2 --report-directory=${JSON.stringify(reports)}`;
  // A group of its own: ended as one. Windows has no groups, and no reports by signal.
  const grouped = process.platform !== 'win32';
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: grouped ? { ...process.env, NODE_OPTIONS: options.trim() } : process.env,
    detached: grouped,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const end = (/** @type {NodeJS.Signals} */ signal) => endGroup(child, grouped, signal);
  /** @type {NodeJS.Signals | undefined} */
  let interrupted;
  const pass = (/** @type {NodeJS.Signals} */ signal) => {
    interrupted = signal;
    end(signal);
  };
  for (const signal of passedOn) process.on(signal, pass);
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    console.error(`\n✗ ${what} still runs after ${minutes} min and is ended. Where it was:`);
    if (grouped && child.pid !== undefined) explainGroup(child.pid, reports);
    end('SIGTERM');
    setTimeout(() => end('SIGKILL'), 5000).unref();
  }, minutes * 60_000);
  try {
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve));
    if (hung) end('SIGKILL');
    return hung ? 1 : (code ?? 1);
  } finally {
    clearTimeout(timer);
    for (const signal of passedOn) process.off(signal, pass);
    rmSync(reports, { recursive: true, force: true });
    if (interrupted !== undefined) process.kill(process.pid, interrupted);
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} grouped
 * @param {NodeJS.Signals} signal
 */
function endGroup(child, grouped, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(grouped ? -child.pid : child.pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

/**
 * Asks every Node process of the group for a diagnostic report and prints the part that tells.
 * @param {number} group
 * @param {string} reports the folder the processes write to
 */
function explainGroup(group, reports) {
  const { stdout } = spawnSync('ps', ['-e', '-o', 'pgid=,pid=,comm='], { encoding: 'utf8' });
  const asked = [...(stdout ?? '').matchAll(/^ *(\d+) +(\d+) +node/gm)].filter(([, pgid]) => Number(pgid) === group);
  for (const [, , pid] of asked) process.kill(Number(pid), 'SIGUSR2');
  const deadline = performance.now() + 3000;
  let written = readReports(reports);
  while (written.length < asked.length && performance.now() < deadline) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    written = readReports(reports);
  }
  for (const report of written) console.error(told(report));
  const answered = new Set(written.map(({ header }) => header.processId));
  for (const [, , pid] of asked.filter((process) => !answered.has(Number(process[2])))) {
    console.error(
      `  process ${pid} does not answer: its thread is in a loop without an end, or waits in a synchronous call`,
    );
  }
}

/**
 * The reports that are written to their end.
 * @param {string} folder
 */
function readReports(folder) {
  return readdirSync(folder).flatMap((file) => {
    try {
      return [JSON.parse(readFileSync(path.join(folder, file), 'utf8'))];
    } catch {
      return [];
    }
  });
}

/** @param {{ header: any, javascriptStack: any, libuv: readonly any[] }} report */
function told({ header, javascriptStack, libuv }) {
  const count = new Map();
  for (const { type, is_active, is_referenced } of libuv)
    if (is_active && is_referenced) count.set(type, (count.get(type) ?? 0) + 1);
  const waits = [...count].map(([type, times]) => `${times} ${type}`).join(', ') || 'nothing';
  const frames = (javascriptStack?.stack ?? []).slice(0, 15).map((/** @type {string} */ line) => `      ${line}`);
  const program = header.commandLine.slice(1).join(' ').slice(0, 150);
  return [`  process ${header.processId} (${program})`, `    waits for: ${waits}`, '    runs:', ...frames].join('\n');
}
