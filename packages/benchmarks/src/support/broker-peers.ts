import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BenchContext, Part } from '../harness/context.ts';
import { serveIn, serveProgram } from '../harness/processes.ts';
import { mockBroker, realKafka } from './brokers.ts';
import { topic } from './contract.ts';

/** A broker in a process of its own, with the topic in it. */
export interface BrokerProcess extends AsyncDisposable {
  readonly brokers: string;
  readonly pid: number;
}

/** A broker that others are compared with. */
export interface BrokerPeer {
  readonly name: string;
  readonly needs: readonly Part[];
  start(): Promise<BrokerProcess>;
}

/** As many as librdkafka's mock gives a topic. */
export const partitions = 4;

/** What this package measures; `keeping` bounds its logs, where a peer's are. */
export function ours(keeping?: number): BrokerPeer {
  return {
    name: 'mock broker',
    needs: [],
    start: () => processOf(mockBroker(partitions, keeping)),
  };
}

export const librdkafkaMock: BrokerPeer = {
  name: "librdkafka's mock",
  needs: ['confluent-kafka'],
  start: () => processOf(serveIn('librdkafka-mock.py', {})),
};

const kfake: BrokerPeer = {
  name: 'kfake',
  needs: ['go'],
  start: () => processOf(serveProgram([kfakeProgram()], { topic, partitions })),
};

const kafka: BrokerPeer = {
  name: 'Kafka 4.3.1',
  needs: ['java'],
  start: () => realKafka(partitions),
};

/** The peers of a run, real Kafka only when it is wanted. */
export function peersOf({ kafka: wanted }: BenchContext): readonly BrokerPeer[] {
  return wanted ? [librdkafkaMock, kfake, kafka] : [librdkafkaMock, kfake];
}

/** How to install what a broker or its client lacks; `undefined` when nothing is missing. */
export function lacking(context: BenchContext, needs: readonly Part[]): string | undefined {
  return needs.map((part) => context.absent(part)).find((command) => command !== undefined);
}

async function processOf(starting: ReturnType<typeof serveIn<{ brokers: string }>>): Promise<BrokerProcess> {
  const server = await starting;
  const { pid, ready } = server;
  return { brokers: ready.brokers, pid, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Builds the Go program outside of the checkout; the second time it is there. */
function kfakeProgram(): string {
  const folder = path.join(tmpdir(), 'eventstream-bench');
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, 'kfake');
  const source = path.join(import.meta.dirname, '../go');
  const { status, stderr } = spawnSync('go', ['build', '-o', program, '.'], { cwd: source, encoding: 'utf8' });
  if (status !== 0) throw new Error(`kfake could not be built with Go:\n${stderr}`);
  return program;
}
