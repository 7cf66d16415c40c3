import { setTimeout as pause } from 'node:timers/promises';

/** What a benchmark is run with. */
export interface BenchContext {
  /** How often each side is measured, at most: less when the time of the whole run is nearly over. */
  readonly rounds: number;
  /** Whether rows against a real Kafka are wanted. */
  readonly kafka: boolean;
  /** The command that installs a part this machine lacks; `undefined` when the part is there. */
  absent(part: Part): string | undefined;
  /** Whether the time of the whole run is over: no further round is begun. */
  over(): boolean;
  say(line: string): void;
}

/** Parts a benchmark may need beside Node, by the names the system tests use. */
export type Part = 'chromium' | 'confluent-kafka' | 'go' | 'java';

/** The tables of the README: what users of the SDK feel, our client beside other clients, the mock broker beside other brokers. */
export type Group = 'events' | 'client' | 'brokers';

/** What can be measured. */
export interface Benchmark {
  readonly name: string;
  readonly group: Group;
  run(context: BenchContext): Promise<readonly import('./row.ts').Row[]>;
}

/** One side of a comparison: measures once, in processes of its own. */
export type Measure<Result> = () => Promise<Result>;

/** Between measurements, so that one's dying processes do not slow the next. */
const breatherMs = 200;

/**
 * Measures all sides in turn, round after round, every other round backwards: what makes a machine slow for some seconds,
 * and what the first pays for the second, then falls on all sides alike.
 */
export async function interleave<Name extends string, Result>(
  context: BenchContext,
  label: string,
  sides: Readonly<Record<Name, Measure<Result>>>,
): Promise<Readonly<Record<Name, readonly Result[]>>> {
  const names = Object.keys(sides) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 1; round <= context.rounds && (round === 1 || !context.over()); round += 1) {
    for (const name of round % 2 === 1 ? names : [...names].reverse()) {
      const result = await sides[name]();
      results[name].push(result);
      context.say(`${label}, round ${round}, ${name}: ${describe(result)}`);
      await pause(breatherMs);
    }
  }
  return results;
}

function describe(result: unknown): string {
  return Object.entries(result as object)
    .map(([name, value]) => [name, isFigure(value) ? value.value : value] as const)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name} ${Number((value as number).toPrecision(4))}`)
    .join(', ');
}

function isFigure(value: unknown): value is { readonly value: number } {
  return typeof value === 'object' && value !== null && 'value' in value;
}
