import { tmpdir } from 'node:os';
import path from 'node:path';
import { runToEnd } from '@eventstream/tooling';

/** A client of another language or implementation, driven as a program of its own. */
export interface ForeignClient {
  /** As tests call it. Its records have the values `<id>#0`, `<id>#1`, … */
  readonly name: string;
  readonly id: string;
  /** Writes `count` records under the keys `key-0` … `key-9`. */
  produce(brokers: string, topic: string, count: number): Promise<unknown>;
  /** Reads `count` records in a group, commits what it has read, leaves, and gives all it printed. */
  consume(brokers: string, topic: string, how: { readonly count: number; readonly group: string }): Promise<string>;
}

/** A program under `packages/conformance/foreign`, which all take the same verbs. */
export interface ForeignProgram extends ForeignClient {
  /** Runs another verb of it, such as `transact`. Rejects, with the tail of its output, unless it ends with 0. */
  run(verb: string, ...args: readonly string[]): Promise<string>;
}

/** How a program is started: the command and its first arguments, once whatever must be built is built. */
type Command = () => Promise<readonly [string, ...string[]]>;

/** The folder of the programs' sources. */
export const programs = path.join(import.meta.dirname, '../../foreign');

/** Describes a program that takes `produce`, `consume` and other verbs. */
export function foreignProgram(
  name: string,
  command: Command,
  env: Readonly<Record<string, string>> = {},
): ForeignProgram {
  const id = idOf(name);
  const run = async (verb: string, ...args: readonly string[]) => {
    const [file, ...first] = await command();
    // From another folder, so that a file that lies beside the program never stands in for an installed package.
    return runToEnd(file, [...first, verb, ...args], {
      name: `${name}, told to ${verb},`,
      env,
      cwd: tmpdir(),
      timeoutMs: 90_000,
    });
  };
  return {
    name,
    id,
    run,
    produce: (brokers, topic, count) => run('produce', brokers, topic, id, String(count)),
    consume: (brokers, topic, { count, group }) => run('consume', brokers, topic, String(count), group),
  };
}

/** A name as topics, groups and values take it. */
export function idOf(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-|-$/g, '');
}
