import { type ChildProcess, spawn } from 'node:child_process';

/** How a process ended: exactly one of the two is set. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What `startProcess` takes beside the program. */
export interface ProcessOptions {
  /** What errors call the process. Default: the program's path. */
  readonly name?: string;
  readonly cwd?: string;
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A running program, held by its pid. It is killed when this Node process ends, however that ends it. */
export interface ManagedProcess {
  readonly pid: number;
  /** The last 256 KiB the process wrote to stdout and stderr, interleaved line by line. */
  output(): string;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /**
   * The first line, past or future, that matches. Rejects with the output's tail when the process ends first or
   * `timeoutMs` (default 60 000) passes.
   */
  waitForLine(pattern: RegExp, options?: { readonly timeoutMs?: number }): Promise<string>;
  /** Sends a signal to this pid. Does nothing when the process has ended. */
  kill(signal?: NodeJS.Signals): void;
  /** Sends `signal` (default SIGTERM), after `deadlineMs` (default 10 000) SIGKILL, and resolves when the process has ended. */
  stop(options?: { readonly signal?: NodeJS.Signals; readonly deadlineMs?: number }): Promise<ProcessExit>;
  [Symbol.asyncDispose](): Promise<void>;
}

const keptOutput = 256 * 1024;

/**
 * Starts a program and gives its handle. Rejects when it cannot be started at all (no such file).
 * @example
 * ```ts no-run reason="shows a server of one's own"
 * await using server = await startProcess(process.execPath, ['server.mjs']);
 * await server.waitForLine(/listening/);
 * ```
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ManagedProcess> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new Error(`${command} could not be started: ${cause.message}`, { cause })));
  });
  return new SpawnedProcess(child, options.name ?? command);
}

class SpawnedProcess implements ManagedProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #watchers = new Set<() => void>();
  #output = '';
  readonly #unfinished = { stdout: '', stderr: '' };
  #exit: ProcessExit | undefined;

  constructor(child: ChildProcess, name: string) {
    this.#child = child;
    this.#name = name;
    this.pid = child.pid as number;
    const killOnExit = () => child.kill('SIGKILL');
    process.once('exit', killOnExit);
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        process.off('exit', killOnExit);
        this.#exit = { code, signal };
        this.#notify();
        resolve(this.#exit);
      });
    });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => this.#take(name, text));
    }
  }

  output(): string {
    const { stdout, stderr } = this.#unfinished;
    return this.#output + stdout + (stdout && stderr && '\n') + stderr;
  }

  waitForLine(pattern: RegExp, options: { readonly timeoutMs?: number } = {}): Promise<string> {
    const { timeoutMs = 60_000 } = options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => end(() => reject(this.#failure(`wrote no line ${pattern} in ${timeoutMs} ms`))),
        timeoutMs,
      );
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const look = () => {
        const line = this.output()
          .split('\n')
          .find((candidate) => pattern.test(candidate));
        if (line !== undefined) end(() => resolve(line));
        else if (this.#exit !== undefined) end(() => reject(this.#failure(`ended before it wrote a line ${pattern}`)));
      };
      this.#watchers.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    if (this.#exit === undefined) this.#child.kill(signal);
  }

  async stop(options: { readonly signal?: NodeJS.Signals; readonly deadlineMs?: number } = {}): Promise<ProcessExit> {
    const { signal = 'SIGTERM', deadlineMs = 10_000 } = options;
    this.kill(signal);
    const hard = setTimeout(() => this.kill('SIGKILL'), deadlineMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(hard);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** A pipe brings blocks, not lines: without care a line of one stream would stand inside a line of the other. */
  #take(stream: 'stdout' | 'stderr', text: string): void {
    const all = this.#unfinished[stream] + text;
    const end = all.lastIndexOf('\n') + 1;
    this.#output = (this.#output + all.slice(0, end)).slice(-keptOutput);
    this.#unfinished[stream] = all.slice(end).slice(-keptOutput);
    this.#notify();
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #failure(what: string): Error {
    const tail = this.output().trimEnd().split('\n').slice(-25).join('\n');
    return new Error(`${this.#name} (pid ${this.pid}) ${what}. Its last output:\n${tail || '(none)'}`);
  }
}
