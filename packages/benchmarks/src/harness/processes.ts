import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ManagedProcess, startProcess } from '@eventstream/tooling';

/** A program in a process of its own that serves until it is stopped. */
export interface Server<Ready> extends AsyncDisposable {
  readonly pid: number;
  /** What it said when it was ready, such as its address. */
  readonly ready: Ready;
  /** Stops it and gives the CPU microseconds it took since it was ready. Safe to call twice. */
  stop(): Promise<{ readonly cpuMicros: number }>;
}

/** Programs get their settings in this variable, as JSON. */
export const settingsVariable = 'BENCH_SETTINGS';
// The last word tells a whole line from the beginning of one.
const resultLine = /^result (.*) end$/;
const readyLine = /^ready (.*) end$/;

/** The built folder, in which this file ends up too. */
const built = import.meta.dirname;

function commandOf(program: string): readonly [command: string, file: string] {
  return program.endsWith('.py')
    ? ['python3', path.join(built, '../python', program)]
    : [process.execPath, programFile(program)];
}

/** Where the built form of a program of `src/children` lies. */
export function programFile(program: string): string {
  const file = path.join(built, 'children', `${program}.js`);
  if (!existsSync(file)) throw new Error(`There is no program ${program} in src/children.`);
  return file;
}

function launch(program: string, settings: object): Promise<ManagedProcess> {
  const [command, file] = commandOf(program);
  const profile = process.env['BENCH_PROFILE'] === program ? ['--cpu-prof', '--cpu-prof-dir=.cache/profiles'] : [];
  return launchCommand([command, ...profile, file], { name: program, settings });
}

function launchCommand(
  [command = '', ...args]: readonly string[],
  { name, settings }: { readonly name: string; readonly settings: object },
): Promise<ManagedProcess> {
  return startProcess(command, args, {
    name,
    env: { [settingsVariable]: JSON.stringify(settings), KAFKAJS_NO_PARTITIONER_WARNING: '1' },
  });
}

async function lineOf<Value>(child: ManagedProcess, pattern: RegExp, timeoutMs: number): Promise<Value> {
  const line = await child.waitForLine(pattern, { timeoutMs });
  return JSON.parse(pattern.exec(line)?.[1] ?? 'null') as Value;
}

/**
 * Runs a program of `src/children` or `python/` to its end and gives its result. A run that takes longer than a minute is
 * killed and rejects with its output.
 */
export async function measureIn<Result>(program: string, settings: object): Promise<Result> {
  const child = await launch(program, settings);
  try {
    const result = await lineOf<Result>(child, resultLine, 60_000);
    await child.exited;
    return result;
  } finally {
    await child.stop({ signal: 'SIGKILL' });
  }
}

/** Starts a program of ours that serves, and resolves once it is ready. */
export async function serveIn<Ready>(program: string, settings: object): Promise<Server<Ready>> {
  return serving(await launch(program, settings));
}

/** As `serveIn`, for any command that keeps to the same lines. */
export async function serveProgram<Ready>(command: readonly string[], settings: object): Promise<Server<Ready>> {
  return serving(await launchCommand(command, { name: command[0] ?? '', settings }));
}

async function serving<Ready>(child: ManagedProcess): Promise<Server<Ready>> {
  let stopping: Promise<{ cpuMicros: number }> | undefined;
  const stopOnce = async () => {
    child.kill('SIGTERM');
    try {
      return await lineOf<{ cpuMicros: number }>(child, resultLine, 10_000);
    } finally {
      await child.stop({ deadlineMs: 2_000 });
    }
  };
  const stop = () => {
    stopping ??= stopOnce();
    return stopping;
  };
  try {
    const ready = await lineOf<Ready>(child, readyLine, 30_000);
    return {
      pid: child.pid,
      ready,
      stop,
      async [Symbol.asyncDispose]() {
        await stop();
      },
    };
  } catch (error) {
    await child.stop({ signal: 'SIGKILL' });
    throw error;
  }
}
