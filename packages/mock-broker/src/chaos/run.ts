import { type MockBroker, startMockBroker } from '../broker.ts';
import type { MockBrokerOptions } from '../cluster/options.ts';
import { MockBrokerError } from '../errors.ts';
import { type Duration, toMs } from '../time/duration.ts';
import { createManualClock, type ManualClock } from '../time/manual-clock.ts';
import { chaos } from './chaos.ts';
import { playChaos } from './play.ts';
import type { ChaosProfile } from './profile.ts';
import { report } from './report.ts';
import type { ChaosSchedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { Trace } from './trace.ts';

/** What a scenario is given: a cluster without sockets, on a clock that moves by itself whenever nobody has anything to do. */
export type ChaosWorld = {
  readonly broker: MockBroker;
  readonly clock: ManualClock;
  /** The schedule's seed: what a scenario draws from that wants to do something else under every seed. */
  readonly seed: number;
  /** Resolves after so much time of the clock: what a scenario waits with, or it would wait in real time. */
  sleep(duration: Duration): Promise<void>;
  /** Writes a line into the trace. */
  note(line: string): void;
};

/** What is run, under which misfortunes, how often. */
export type ChaosRunOptions = {
  /** How many seeds, from 1 on, or which ones. */
  readonly seeds: number | readonly number[];
  readonly profile: ChaosProfile;
  /** The cluster. It has the profile's nodes and topics, no sockets and a clock of its own. */
  readonly broker?: Omit<MockBrokerOptions, 'clock' | 'nodes' | 'transport' | 'seed'>;
  /** Sets the scene, before the first misfortune. */
  readonly prepare?: (world: ChaosWorld) => Promise<void>;
  /** Does its work and throws when something is wrong. Deterministic, if it waits by `sleep` and draws from seeds only. */
  readonly scenario: (world: ChaosWorld) => Promise<void>;
  /** How much time of the clock a scenario may take. Default `'10m'`. */
  readonly deadline?: Duration;
};

/** One run of a scenario under one schedule. */
export type ChaosRun = {
  readonly schedule: ChaosSchedule;
  /** What happened, line by line; equal runs have equal traces. */
  readonly trace: readonly string[];
  /** What was wrong. */
  readonly error?: Error;
};

/**
 * Runs a scenario under a schedule for every seed, in memory and in virtual time, and gives what was run.
 *
 * The first seed that fails is run again to see whether it fails alike, its schedule is shrunk to the misfortunes that
 * matter, and the error thrown prints them, the trace and how to replay it.
 *
 * @throws MockBrokerError `CHAOS`
 */
export async function runChaos(options: ChaosRunOptions): Promise<readonly ChaosRun[]> {
  const { seeds, profile } = options;
  const list = typeof seeds === 'number' ? Array.from({ length: seeds }, (_, at) => at + 1) : seeds;
  const runs: ChaosRun[] = [];
  for (const seed of list) {
    const run = await replayChaos(options, chaos(seed, profile));
    runs.push(run);
    if (run.error) throw await explain(options, run);
  }
  return runs;
}

/** Runs the scenario once under a schedule, e.g. one that a failure printed. It does not throw: look at `error`. */
export async function replayChaos(options: Omit<ChaosRunOptions, 'seeds'>, schedule: ChaosSchedule): Promise<ChaosRun> {
  const { profile, prepare, scenario, deadline = '10m' } = options;
  const clock = createManualClock();
  const topics = [...profile.topics, ...(options.broker?.topics ?? [])];
  const { seed } = schedule;
  const settings = { ...options.broker, topics, nodes: profile.nodes ?? 1, transport: 'memory' as const, seed, clock };
  await using broker = await startMockBroker(settings);
  let startedAt = clock.now();
  const trace = new Trace(() => clock.now() - startedAt);
  const note = (line: string): void => trace.note(line);
  const sleep = (duration: Duration): Promise<void> =>
    new Promise((resolve) => void clock.schedule(toMs(duration), resolve));
  const world = { broker, clock, seed, sleep, note };
  const limit = toMs(deadline);
  const unprepared = prepare && (await drive(clock, prepare(world), startedAt + limit));
  if (unprepared) throw unprepared;
  startedAt = clock.now();
  trace.follow(broker);
  const stop = playChaos(broker, schedule, { clock, note });
  const error = await drive(clock, scenario(world), startedAt + limit);
  stop();
  broker.faults.clear();
  return { schedule, trace: [...trace.lines], ...(error === undefined ? {} : { error }) };
}

/** After so many turns of the loop nobody has anything left to do. */
const TURNS = 4;

/** Moves time on whenever everything that can run has run, until the work is done. Gives what it failed with. */
async function drive(clock: ManualClock, work: Promise<void>, limit: number): Promise<Error | undefined> {
  let outcome: { readonly error?: Error } | undefined;
  work.then(
    () => {
      outcome = {};
    },
    (error: unknown) => {
      outcome = { error: error instanceof Error ? error : new Error(String(error)) };
    },
  );
  while (!outcome) {
    // No I/O happens in memory: a few turns of the loop, for clients that put things off to the next one, and all is at rest.
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise(setImmediate);
    if (outcome) break;
    const due = clock.nextDue();
    if (due === undefined || due > limit) return new Error(`the scenario was not done by its deadline`);
    clock.advance(Math.max(0, due - clock.now()));
  }
  return outcome.error;
}

async function explain(options: ChaosRunOptions, run: ChaosRun): Promise<MockBrokerError> {
  const again = await replayChaos(options, run.schedule);
  const isAlike = again.trace.length === run.trace.length && again.trace.every((line, at) => line === run.trace[at]);
  const shrunk = isAlike ? await shrink(run, (schedule) => replayChaos(options, schedule)) : run;
  const { seed } = run.schedule;
  return new MockBrokerError('CHAOS', report({ run, shrunk, isAlike }), { seed, steps: shrunk.schedule.steps.length });
}
