import { parseArgs } from 'node:util';
import { scoreLibrdkafka } from './librdkafka/score.ts';
import { type GroupProtocol, raise, readRecord, type ScoreRecord, type Target, writeRecord } from './record.ts';
import { complaint, judge, type Verdict } from './verdict.ts';

const help = `npm run scores                           librdkafka's own tests against the mock broker, beside the recorded floor
npm run scores -- 0081 0118               only the tests with these numbers
npm run scores -- --protocol consumer     only with groups of KIP-848; classic: only with classic ones
npm run scores -- --against kafka         against a real Kafka
npm run scores -- --record                adds what passes to the floor, packages/conformance/scores/librdkafka.json`;

const targets: Readonly<Record<Target, string>> = { mock: 'the mock broker', kafka: 'real Kafka' };
const protocols: readonly GroupProtocol[] = ['classic', 'consumer'];

type Settings = {
  readonly target: Target;
  readonly protocols: readonly GroupProtocol[];
  readonly numbers: readonly string[];
  readonly isRecording: boolean;
};

/** Runs what the arguments say and gives the exit code: 1 when a test that has passed before fails. */
export async function main(args: readonly string[]): Promise<number> {
  const settings = settingsOf(args);
  if (settings === undefined) {
    say(help);
    return args.includes('--help') ? 0 : 2;
  }
  let code = 0;
  for (const protocol of settings.protocols) code = Math.max(code, await scoreOne(settings, protocol));
  return code;
}

async function scoreOne({ target, numbers, isRecording }: Settings, protocol: GroupProtocol): Promise<number> {
  const record = await readRecord();
  const began = performance.now();
  const outcomes = await scoreLibrdkafka(record, { target, protocol, numbers, say });
  const seconds = Math.round((performance.now() - began) / 1000);
  const recorded = (record.passing[target][protocol] ?? []).filter((name) => isSelected(name, numbers));
  const verdict = judge(outcomes, recorded);
  print(verdict, { title: `${protocol} groups, against ${targets[target]}, ${seconds} s`, record });
  if (isRecording) await writeRecord(raise(record, { target, protocol, passed: verdict.passed }));
  const problem = complaint(verdict);
  if (problem !== undefined) say(problem);
  return problem === undefined ? 0 : 1;
}

function print(verdict: Verdict, { title, record }: { readonly title: string; readonly record: ScoreRecord }): void {
  const { passed, failed, gained } = verdict;
  say(`\n${record.package}: ${passed.length} of ${passed.length + failed.length} tests passed (${title})`);
  for (const { name, reason } of failed) say(`  ✗ ${name}: ${reason}`);
  if (gained.length > 0) say(`Not in the recorded floor yet, --record adds them: ${gained.join(', ')}`);
}

function isSelected(name: string, numbers: readonly string[]): boolean {
  return numbers.length === 0 || numbers.some((number) => name.startsWith(number));
}

function settingsOf(args: readonly string[]): Settings | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        against: { type: 'string', default: 'mock' },
        protocol: { type: 'string' },
        record: { type: 'boolean' },
      },
    });
    const chosen = protocols.filter((protocol) => protocol === (values.protocol ?? protocol));
    const target = values.against;
    if ((target !== 'mock' && target !== 'kafka') || chosen.length === 0) return undefined;
    return { target, protocols: chosen, numbers: positionals, isRecording: values.record === true };
  } catch {
    return undefined; // An option that does not exist: the help names those that do.
  }
}

function say(line: string): void {
  console.log(line);
}
