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
import type { BenchContext, Benchmark, Part } from './harness/context.ts';
import type { Row } from './harness/row.ts';
import { markdownTable, replaceResults } from './harness/table.ts';

const benchmarks: readonly Benchmark[] = [
  singleSend,
  brokerIn,
  latency,
  lanes,
  clickToHandler,
  tracker,
  brokerOut,
  brokerLatency,
  brokerStart,
];
const readme = path.join(import.meta.dirname, '../README.md');
/** The run begins no new round after this; what is under way then ends within the eighth minute. */
const lastRoundMs = 7 * 60_000;

const help = `npm run bench                      all benchmarks, the table into packages/benchmarks/README.md
npm run bench -- <name…>           only these: ${benchmarks.map(({ name }) => name).join(', ')}
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

/** Runs the named benchmarks, prints the table, and, when all were run, writes it into the README. Gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = { rounds: { type: 'string' }, kafka: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const rounds = Number(values.rounds ?? 3);
  const unknown = positionals.find((name) => !benchmarks.some((one) => one.name === name));
  if (values.help || unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
    console.log(unknown === undefined ? help : `There is no benchmark "${unknown}".\n${help}`);
    return values.help ? 0 : 1;
  }
  const facts = { rounds, loadBefore: load() };
  const context = contextOf(rounds, values.kafka ?? false);
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const benchmark of benchmarks) {
    if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
    console.log(`── ${benchmark.name}`);
    try {
      rows.push(...(await benchmark.run(context)));
    } catch (error) {
      failed.push(benchmark.name);
      console.error(error);
    }
  }
  const text = results(rows, facts);
  console.log(`\n${text}`);
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}. The README keeps its table.`);
  else if (positionals.length === 0) await writeFile(readme, replaceResults(await readFile(readme, 'utf8'), text));
  return failed.length === 0 ? 0 : 1;
}
