import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { singleSend } from './benches/01-single-send.ts';
import { brokerIn } from './benches/02-broker-in.ts';
import { latency } from './benches/03-latency.ts';
import { lanes } from './benches/04-lanes.ts';
import { clickToHandler } from './benches/05-click-to-handler.ts';
import { tracker } from './benches/06-tracker.ts';
import { brokerOut } from './benches/07-broker-out.ts';
import { brokerLatency } from './benches/08-broker-latency.ts';
import { brokerStart } from './benches/09-broker-start.ts';
import { clientProduce } from './benches/10-client-produce.ts';
import { clientConsume } from './benches/11-client-consume.ts';
import { clientLatency } from './benches/12-client-latency.ts';
import { clientTyped } from './benches/13-client-typed.ts';
import { clientStart } from './benches/14-client-start.ts';
import type { BenchContext, Benchmark, Group, Part } from './harness/context.ts';
import type { Row } from './harness/row.ts';
import { markdownTable, replaceResults } from './harness/table.ts';

const benchmarks: readonly Benchmark[] = [
  ...[singleSend, latency, lanes, clickToHandler, tracker],
  ...[clientProduce, clientConsume, clientLatency, clientTyped, clientStart],
  ...[brokerIn, brokerOut, brokerLatency, brokerStart],
];
const groups: readonly Group[] = ['events', 'client', 'brokers'];
const readme = path.join(import.meta.dirname, '../README.md');
/** The run begins no new round after this; what is under way then ends within the eighth minute. */
const lastRoundMs = 7 * 60_000;

const help = `npm run bench                      all benchmarks, the tables into packages/benchmarks/README.md
npm run bench -- <group…>          the table of ${groups.join(' or ')}
npm run bench -- <name…>           only these, only shown: ${benchmarks.map(({ name }) => name).join(', ')}
npm run bench -- --rounds N        how often each side is measured (default 3)
npm run bench -- --kafka           also against a real Kafka (needs Java)`;

/** What `npm run bench` found missing, by part: the command that installs it. */
function absentParts(): Readonly<Partial<Record<Part, string>>> {
  return JSON.parse(process.env['BENCH_ABSENT'] ?? '{}') as Partial<Record<Part, string>>;
}

function contextOf(rounds: number, kafka: boolean): BenchContext {
  const absent = absentParts();
  const began = performance.now();
  return {
    rounds,
    kafka,
    absent: (part) => absent[part],
    over: () => performance.now() - began > lastRoundMs,
    say: (line) => console.log(`  ${line}`),
  };
}

function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const name = first?.model.trim() ?? 'unknown processor';
  return `${cpus().length} × ${name}, ${memory} GiB, ${process.platform} ${release()}`;
}

function load(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
}

function results(rows: readonly Row[], facts: { readonly rounds: number; readonly loadBefore: string }): string {
  const date = new Date().toISOString().slice(0, 10);
  return [
    `${date}, Node ${process.version}, ${machine()}. At most ${facts.rounds} rounds; median (min–max).`,
    `Load average (1, 5, 15 min) when the run began: ${facts.loadBefore}; when it ended: ${load()}.`,
    '',
    markdownTable(rows),
  ].join('\n');
}

type Measured = { readonly rows: readonly Row[]; readonly hasFailed: boolean };

async function measure(context: BenchContext, chosen: readonly Benchmark[]): Promise<Measured> {
  const rows: Row[] = [];
  let hasFailed = false;
  for (const benchmark of chosen) {
    console.log(`── ${benchmark.name}`);
    try {
      rows.push(...(await benchmark.run(context)));
    } catch (error) {
      hasFailed = true;
      console.error(error);
    }
  }
  return { rows, hasFailed };
}

/**
 * Runs benchmarks, by group or by name, and prints a table for each group. A group that was run whole and without a
 * failure gets its table written into the README. Gives the exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  const options = { rounds: { type: 'string' }, kafka: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const rounds = Number(values.rounds ?? 3);
  const isAsked = (word: string): boolean => positionals.length === 0 || positionals.includes(word);
  const words = [...groups, ...benchmarks.map(({ name }) => name)];
  const unknown = positionals.find((word) => !words.some((known) => known === word));
  if (values.help || unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
    console.log(unknown === undefined ? help : `There is no benchmark "${unknown}".\n${help}`);
    return values.help ? 0 : 1;
  }
  const context = contextOf(rounds, values.kafka ?? false);
  let code = 0;
  for (const group of groups) {
    const members = benchmarks.filter((one) => one.group === group);
    const chosen = members.filter(({ name }) => isAsked(group) || isAsked(name));
    if (chosen.length === 0) continue;
    const facts = { rounds, loadBefore: load() };
    const { rows, hasFailed } = await measure(context, chosen);
    const text = results(rows, facts);
    console.log(`\n${text}\n`);
    if (hasFailed) code = 1;
    else if (chosen.length === members.length) {
      await writeFile(readme, replaceResults(await readFile(readme, 'utf8'), group, text));
    }
  }
  return code;
}
