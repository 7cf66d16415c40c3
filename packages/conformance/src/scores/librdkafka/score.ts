import type { GroupProtocol, ScoreRecord, Target } from '../record.ts';
import { type RunningTarget, startTarget } from '../targets.ts';
import { buildTestRunner } from './build.ts';
import { makeKafkaHome } from './kafka-home.ts';
import type { Outcome } from './report.ts';
import { runSuite, type SuiteRun } from './run.ts';
import { librdkafkaSource } from './source.ts';

/** What to run against what. */
export type ScoreRequest = {
  readonly target: Target;
  readonly protocol: GroupProtocol;
  /** Numbers of tests such as `0081`; empty for all. */
  readonly numbers: readonly string[];
  readonly say: (line: string) => void;
};

/** Five is the runner's own number; tests that measure time go wrong with many more on two cores. */
const parallel = 5;

/**
 * Runs librdkafka's tests that need a broker. What fails is run once more, alone: many of the tests measure time, and a
 * machine that is busy with the other ones is no fault of the broker.
 */
export async function scoreLibrdkafka(record: ScoreRecord, request: ScoreRequest): Promise<readonly Outcome[]> {
  const { target, protocol, numbers, say } = request;
  const source = await librdkafkaSource(record);
  const tests = await buildTestRunner(source, say);
  await using kafka = await makeKafkaHome();
  await using cluster: RunningTarget = await startTarget(target);
  const { bootstrapServers } = cluster;
  const run: SuiteRun = {
    tests,
    kafkaHome: kafka.folder,
    bootstrapServers,
    protocol,
    brokerVersion: record.brokerVersion,
  };
  const outcomes = await runSuite(run, { numbers, parallel });
  const again = await retry(run, outcomes, say);
  return outcomes.map((outcome) => again.get(outcome.name) ?? outcome);
}

async function retry(
  run: SuiteRun,
  outcomes: readonly Outcome[],
  say: (line: string) => void,
): Promise<ReadonlyMap<string, Outcome>> {
  const better = new Map<string, Outcome>();
  const failed = outcomes.filter(({ state }) => state === 'failed');
  // The runner selects by the number in front of a name.
  for (const number of new Set(failed.map(({ name }) => name.slice(0, 4)))) {
    for (const outcome of await runSuite(run, { numbers: [number], parallel: 1 })) {
      const first = failed.find(({ name }) => name === outcome.name);
      if (first === undefined || outcome.state === 'skipped') continue;
      if (outcome.state === 'passed') say(`${first.name} passed alone, after it had failed: ${first.reason}`);
      better.set(outcome.name, outcome);
    }
  }
  return better;
}
