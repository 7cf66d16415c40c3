import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProcess } from '@eventstream/tooling';
import type { GroupProtocol } from '../record.ts';
import { type Outcome, readReport } from './report.ts';

/** A suite that is built, and what its tests are run against. */
export type SuiteRun = {
  /** The folder of the tests, with the runner in it. */
  readonly tests: string;
  readonly kafkaHome: string;
  readonly bootstrapServers: string;
  /** What Kafka the tests are told they speak to; some are made for newer ones only. */
  readonly brokerVersion: string;
  readonly protocol: GroupProtocol;
};

/** Which tests of the suite, and how. */
export type Selection = {
  /** Numbers such as `0081`; empty for all that need a broker. */
  readonly numbers: readonly string[];
  /** How many tests run at once. Nearly all of them wait nearly all of the time. */
  readonly parallel: number;
};

const timeoutMs = 10 * 60_000;
/** Leaves out what needs no broker, what the suite knows to fail, and what plays with sockets; quick variants. */
const options = ['-L', '-K', '-E', '-Q'];

/** Runs tests of librdkafka's suite and tells how each of them ended. */
export async function runSuite(run: SuiteRun, { numbers, parallel }: Selection): Promise<readonly Outcome[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-scores-'));
  const file = (name: string) => path.join(folder, name);
  try {
    await writeFile(file('test.conf'), `metadata.broker.list=${run.bootstrapServers}\n`);
    await writeFile(file('log'), '');
    const args = ['./test-runner', ...options, `-p${parallel}`, '-V', run.brokerVersion];
    const runner = await startProcess('sh', ['-c', 'exec "$0" "$@" > "$LOG" 2>&1', ...args], {
      name: 'test-runner',
      cwd: run.tests,
      env: { ...environment(run, file), ...(numbers.length > 0 ? { TESTS: numbers.join(',') } : {}) },
    });
    const timer = setTimeout(() => runner.kill('SIGKILL'), timeoutMs);
    // How it ends says nothing: it aborts when a failed test leaves a client behind. The report is complete by then.
    await runner.exited;
    clearTimeout(timer);
    const log = await readFile(file('log'), 'utf8');
    const report = await readFile(file('report.json'), 'utf8').catch(() => {
      throw new Error(`The test-runner wrote no report. The end of its log:\n${log.slice(-3000)}`);
    });
    return readReport(report, log);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function environment(run: SuiteRun, file: (name: string) => string): Readonly<Record<string, string | undefined>> {
  return {
    LOG: file('log'),
    TEST_REPORT: file('report.json'),
    RDKAFKA_TEST_CONF: file('test.conf'),
    BROKERS: run.bootstrapServers,
    KAFKA_PATH: run.kafkaHome,
    LD_LIBRARY_PATH: ['../src', '../src-cpp'].map((folder) => path.join(run.tests, folder)).join(path.delimiter),
    TEST_CONSUMER_GROUP_PROTOCOL: run.protocol === 'consumer' ? 'consumer' : undefined,
    // Set, it lets the suite run three tests at once and change what it measures: the same figures everywhere are worth more.
    CI: undefined,
  };
}
