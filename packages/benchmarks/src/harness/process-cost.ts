import { readFile } from 'node:fs/promises';

/** What a process has taken so far. */
export interface ProcessCost {
  /** User and system time of all its threads, in steps of ten milliseconds. */
  readonly cpuMicros: number;
  readonly residentBytes: number;
}

const microsPerTick = 10_000;
const pageBytes = 4096;

/** The cost of any process by its pid, from outside. Rejects where there is no `/proc`, which is everywhere but on Linux. */
export async function processCost(pid: number): Promise<ProcessCost> {
  const [stat, statm] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/statm`, 'utf8'),
  ]);
  return { cpuMicros: ticksOf(stat) * microsPerTick, residentBytes: Number(statm.split(' ')[1]) * pageBytes };
}

/** User and system ticks: the 14th and 15th field, counted behind the program's name, which may contain spaces. */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
