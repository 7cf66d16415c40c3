import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type MockBroker, startMockBroker } from '../broker.ts';
import { isMockBrokerError } from '../errors.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { obey } from './commands.ts';
import { help } from './help.ts';
import { UsageError } from './usage-error.ts';

/** What the program has of its process. */
export type Surroundings = {
  readonly stdin: Readable;
  readonly pid: number;
  readonly version: () => string;
  /** How many ms ago the process began. */
  readonly age: () => number;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Resolves when somebody asks the process to end. */
  readonly ended: Promise<void>;
};

/** Runs the program from its arguments to its exit code. */
export async function run(argv: readonly string[], around: Surroundings): Promise<number> {
  try {
    const given = readArguments(argv);
    if (given.tell) around.print(given.tell === 'help' ? help.trimEnd() : around.version());
    else await serve(given, around);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    if (!isUsage && !isMockBrokerError(error)) throw error;
    const advice = isUsage ? ' See --help.' : '';
    const message = portAdvice(error) ?? `${error.message}${advice}`;
    around.complain(argv.includes('--json') ? JSON.stringify({ error: message }) : `mock-broker: ${message}`);
    return isUsage ? 2 : 1;
  }
}

async function serve(given: Arguments, around: Surroundings): Promise<void> {
  await using broker = await startMockBroker(given.options);
  if (!given.quiet) around.print(readyLine(broker, given, around));
  const ends = given.stdin ? [around.ended, obeyStdin(broker, around)] : [around.ended];
  const failure = await Promise.race([Promise.race(ends).then(() => undefined), broker.persistFailure]);
  if (failure) throw failure;
}

function readyLine(broker: MockBroker, { json }: Arguments, { pid, age }: Surroundings): string {
  const { brokers, inspectUrl: inspect } = broker;
  if (json) return JSON.stringify({ ready: true, brokers, ...(inspect && { inspect }), pid, ms: Math.round(age()) });
  const nodes = `${brokers.length} ${brokers.length === 1 ? 'node' : 'nodes'}`;
  return `ready on ${brokers.join(',')} (${nodes}${inspect ? `, look into it at ${inspect}` : ''})`;
}

async function obeyStdin(broker: MockBroker, { stdin, print }: Surroundings): Promise<void> {
  for await (const line of createInterface({ input: stdin })) if (line.trim() !== '') print(obey(broker, line));
}

function portAdvice(error: Error): string | undefined {
  if (!isMockBrokerError(error) || error.code !== 'PORT_IN_USE') return undefined;
  const { host, port } = error.facts;
  return `port ${port} on ${host} cannot be had: stop what listens there, or give another --port; 0 takes free ones.`;
}
