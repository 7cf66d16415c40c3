import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const packageFolder = path.join(import.meta.dirname, '../..');

/** A program that runs: its lines, one by one, and its end. */
export type RunningBin = AsyncDisposable & {
  readonly child: ChildProcess;
  /** The next line on stdout; `undefined` when there is none any more. */
  line(): Promise<string | undefined>;
  /** Resolves with the exit code, or the signal that killed it, and all that was written to stderr. */
  readonly exit: Promise<{ readonly code: number | NodeJS.Signals | null; readonly stderr: string }>;
};

/** Bundles the program from its sources, as it is published, and runs it as often as you like. */
export async function bundledBin() {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-mock-broker-'));
  await mkdir(path.join(folder, 'dist'));
  await copyFile(path.join(packageFolder, 'package.json'), path.join(folder, 'package.json'));
  const program = path.join(folder, 'dist/bin.js');
  await build({
    entryPoints: [path.join(packageFolder, 'src/bin.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@eventstream/source'],
    logLevel: 'error',
  });
  return {
    folder,
    start: (...args: string[]): RunningBin => startNode(program, args, folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function startNode(program: string, args: readonly string[], cwd: string): RunningBin {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'pipe', cwd });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const exit = once(child, 'close').then(([code, signal]) => ({ code: code ?? signal, stderr }));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    exit,
    line: async () => (await lines.next()).value as string | undefined,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
