import { parseArgs } from 'node:util';
import type { MockBrokerOptions } from '../cluster/options.ts';
import { type KafkaRelease, kafkaReleases } from '../cluster/releases.ts';
import { readSecurity } from './security-arguments.ts';
import { readTopics } from './topics-argument.ts';
import { UsageError } from './usage-error.ts';

/** What the command line asks for. */
export type Arguments = {
  readonly options: MockBrokerOptions;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Take commands from stdin, and end with it. */
  readonly stdin: boolean;
  /** Only tell something, and end. */
  readonly tell?: 'help' | 'version';
};

const DEFAULT_PORT = 9092;
const HIGHEST_PORT = 65_535;
const MOST_NODES = 100;

const known = {
  port: { type: 'string' },
  nodes: { type: 'string' },
  topics: { type: 'string' },
  persist: { type: 'string' },
  'as-version': { type: 'string' },
  inspect: { type: 'string' },
  sasl: { type: 'string' },
  user: { type: 'string', multiple: true },
  tls: { type: 'string' },
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  stdin: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

/** Reads the command line. @throws UsageError */
export function readArguments(argv: readonly string[]): Arguments {
  const given = parse(argv);
  const { json, quiet, stdin } = given;
  const io = { json, quiet, stdin };
  if (given.help) return { options: {}, ...io, tell: 'help' };
  if (given.version) return { options: {}, ...io, tell: 'version' };
  const port = whole('port', given.port, { otherwise: DEFAULT_PORT, from: 0, to: HIGHEST_PORT });
  const nodes = whole('nodes', given.nodes, { otherwise: 1, from: 1, to: MOST_NODES });
  if (port + nodes - 1 > HIGHEST_PORT) {
    throw new UsageError(`--port ${port} leaves no ports for ${nodes} nodes: give a lower one, or 0 for free ports.`);
  }
  const release = given['as-version'];
  const options: MockBrokerOptions = {
    port,
    nodes,
    ...readSecurity(given),
    ...readPersist(given.persist),
    ...(given.topics === undefined ? {} : { topics: readTopics(given.topics) }),
    ...(given.inspect === undefined
      ? {}
      : { inspectPort: whole('inspect', given.inspect, { otherwise: 0, from: 0, to: HIGHEST_PORT }) }),
    ...(release === undefined ? {} : { asVersion: readRelease(release) }),
  };
  return { options, ...io };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: known, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Node's first sentence names the option; what follows is about positional arguments, which there are none of here.
    const [sentence] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(
      `${sentence}. Known are ${Object.keys(known)
        .map((name) => `--${name}`)
        .join(', ')}.`,
    );
  }
}

type Bounds = { readonly otherwise: number; readonly from: number; readonly to: number };

function whole(name: string, given: string | undefined, { otherwise, from, to }: Bounds): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= from && value <= to) return value;
  throw new UsageError(`--${name} ${given} is not a whole number from ${from} to ${to}.`);
}

function readPersist(folder: string | undefined): MockBrokerOptions {
  if (folder === undefined) return {};
  if (folder.trim() === '') throw new UsageError('--persist has to name a directory, such as ./broker-data.');
  return { persist: folder };
}

function readRelease(given: string): KafkaRelease {
  const release = kafkaReleases.find((one) => one === given);
  if (release) return release;
  throw new UsageError(`--as-version ${given} is not known: use one of ${kafkaReleases.join(', ')}.`);
}
