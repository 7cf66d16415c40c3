import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MockBrokerError } from '../errors.ts';

type Owner = { readonly pid: number; readonly began: string };

/**
 * Takes a directory for this process; gives how to let it go.
 *
 * A process that was killed leaves its lock behind. So the lock names the process and when it began, since another one may
 * have its number by now: in a container that is the rule.
 *
 * @throws MockBrokerError `PERSIST_LOCKED` when the process that has it lives
 */
export function lockDirectory(folder: string): () => void {
  const file = path.join(folder, 'lock');
  const own = JSON.stringify({ pid: process.pid, began: beginOf(process.pid) } satisfies Owner);
  const owner = ownerOf(file);
  if (owner && isAlive(owner)) throw locked(folder, owner.pid);
  rmSync(file, { force: true });
  try {
    writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Another process was faster by a moment.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw locked(folder, ownerOf(file)?.pid ?? 0);
    throw error;
  }
  return () => rmSync(file, { force: true });
}

function locked(folder: string, pid: number): MockBrokerError {
  const who = pid === process.pid ? 'another broker of this process' : `process ${pid}`;
  const message = `Directory ${folder} is in use by ${who}: stop it, or name another directory.`;
  return new MockBrokerError('PERSIST_LOCKED', message, { folder, pid });
}

function ownerOf(file: string): Owner | undefined {
  try {
    const { pid, began } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    // Number 0 would mean this process and its siblings.
    return Number.isInteger(pid) && Number(pid) > 0 ? { pid: Number(pid), began: String(began) } : undefined;
  } catch (error) {
    // Missing, or cut off by the death of who wrote it.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive({ pid, began }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = beginOf(pid);
  return now === '' || began === '' || now === began;
}

/** When a process began, in whatever unit the system has; empty when it does not tell. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in parentheses and may hold anything; the 20th field after it is the time.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return pid === process.pid ? String(performance.timeOrigin) : '';
  }
}
