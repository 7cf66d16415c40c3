import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';

/** How an example is run. */
export interface ExampleRun {
  readonly file: string;
  /** The broker's address, when the page has one. */
  readonly brokers: string | undefined;
  readonly until: string | undefined;
  readonly timeoutMs: number;
}

/** How an example's process ended. */
export interface ExampleResult {
  readonly ok: boolean;
  /** What went wrong and everything it printed. */
  readonly report: string;
}

const home = path.resolve(import.meta.dirname, '../..');

/** Runs an example in a Node process of its own; one that uses vitest runs under vitest. */
export async function runExample(run: ExampleRun): Promise<ExampleResult> {
  if (run.file.endsWith('.test.ts')) return spawnNode(run, vitestArguments(run.file));
  const bundle = run.file.replace(/\.ts$/, '.bundle.mjs');
  await bundleExample(run.file, bundle);
  const preload = path.join(home, 'src/examples/preload.mjs');
  return spawnNode(run, ['--enable-source-maps', '--import', preload, bundle]);
}

/** One file with the sources of every package in it: Node 20 runs no TypeScript, and nothing has to be built first. */
async function bundleExample(file: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@eventstream/source'],
    // It reads a WebAssembly file that lies beside its own.
    external: ['@platformatic/kafka'],
    sourcemap: 'inline',
    logLevel: 'silent',
    // CommonJS dependencies call `require`, which ES modules lack.
    banner: {
      js: "import { createRequire as require_ } from 'node:module'; const require = require_(import.meta.url);",
    },
  });
}

function vitestArguments(file: string): readonly string[] {
  const vitest = path.join(home, 'node_modules/vitest/vitest.mjs');
  const config = path.join(home, 'src/examples/vitest.config.ts');
  return [vitest, 'run', `--config=${config}`, `--root=${path.dirname(file)}`, path.basename(file)];
}

function spawnNode(run: ExampleRun, args: readonly string[]): Promise<ExampleResult> {
  const child = spawn(process.execPath, args, {
    cwd: path.dirname(run.file),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(run.brokers),
  });
  let output = '';
  let stopped = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (run.until === undefined || stopped || !output.includes(run.until)) return;
      stopped = true;
      child.kill('SIGTERM');
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), run.timeoutMs);
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const complaint = judge(run, { code, signal, stopped });
      resolve({
        ok: complaint === undefined,
        report: `${complaint ?? 'ended well'}. It printed:\n${output || '(nothing)'}`,
      });
    });
  });
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stopped: boolean;
}

function judge(run: ExampleRun, { code, signal, stopped }: Ending): string | undefined {
  if (run.until !== undefined && !stopped) return `never printed "${run.until}", which its fence waits for`;
  if (signal === 'SIGKILL') {
    return stopped
      ? `did not end within ${run.timeoutMs} ms although it got SIGTERM`
      : `did not end within ${run.timeoutMs} ms (a block that runs for ever says until="a text it prints")`;
  }
  return code === 0 ? undefined : `ended with ${code ?? signal}`;
}

/** The test runner's own variables would make a nested vitest and the example behave as parts of this run. */
function cleanEnvironment(brokers: string | undefined): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_OPTIONS|KAFKA_BROKERS|TEST$|NODE_ENV$)/.test(name),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...(brokers === undefined ? {} : { KAFKA_BROKERS: brokers }) };
}
