import { type ProcessOptions, startProcess } from './child-process.ts';

/**
 * Runs a program to its end and gives what it wrote. Rejects, with the output's tail, on any exit code but 0 and
 * when `timeoutMs` (default 120 000) passes.
 */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: ProcessOptions & { readonly timeoutMs?: number } = {},
): Promise<string> {
  const { timeoutMs = 120_000, ...processOptions } = options;
  const child = await startProcess(command, args, processOptions);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const { code, signal } = await child.exited;
  clearTimeout(timer);
  if (code === 0) return child.output();
  const ending = signal === 'SIGKILL' ? `did not end in ${timeoutMs} ms` : `ended with ${code ?? signal}`;
  const tail = child.output().trimEnd().split('\n').slice(-25).join('\n');
  throw new Error(`${options.name ?? command} ${args.slice(0, 4).join(' ')} ${ending}. Its last output:\n${tail}`);
}
