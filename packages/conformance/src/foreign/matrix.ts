import type { MockBroker } from '@eventstream/mock-broker';
import type { ForeignClient } from './client.ts';

/** What one client made of a topic that all have written to. */
export interface Reading {
  /** Every value it printed, in its order. */
  readonly values: readonly string[];
  /** Why it failed, with the tail of what it printed. */
  readonly failure: string | undefined;
}

/** Readers at a time: the machines this runs on have two cores, and most of a run is the start of an interpreter. */
const atOnce = 2;

/** Lets every client read the whole topic once, each in a group of its own. Never rejects. */
export async function readAll(
  broker: MockBroker,
  topic: string,
  { clients, count }: { readonly clients: readonly ForeignClient[]; readonly count: number },
): Promise<ReadonlyMap<ForeignClient, Reading>> {
  const readings = new Map<ForeignClient, Reading>();
  const queue = clients.values();
  const worker = async () => {
    for (const client of queue) {
      readings.set(client, await read(client, broker, { topic, count }));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return readings;
}

async function read(
  client: ForeignClient,
  broker: MockBroker,
  { topic, count }: { readonly topic: string; readonly count: number },
): Promise<Reading> {
  try {
    const output = await client.consume(broker.bootstrapServers, topic, { count, group: groupOf(client) });
    return { values: valuesIn(output), failure: undefined };
  } catch (error) {
    return { values: [], failure: String(error) };
  }
}

/** The group a client reads in. */
export function groupOf(client: ForeignClient): string {
  return `read-by-${client.id}`;
}

/** The values `client#n` in a program's output. */
export function valuesIn(output: string): readonly string[] {
  return [...output.matchAll(/[\w.-]+#\d+/g)].map(([value]) => value);
}

/** What a client writes, in order. */
export function valuesOf(client: ForeignClient, count: number, start = 0): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${client.id}#${start + index}`);
}

/** A list that a failure can print: its first ten, and how many more. */
function shortened(values: readonly string[]): readonly string[] {
  return values.length > 11 ? [...values.slice(0, 10), `and ${values.length - 10} more`] : values;
}

/** How a list departs from what was wanted, each value once; empty lists when it does not. */
export function departure(values: readonly string[], wanted: readonly string[]) {
  const seen = new Set(values);
  const known = new Set(wanted);
  return {
    missing: shortened(wanted.filter((value) => !seen.has(value))),
    unknown: shortened(values.filter((value) => !known.has(value))),
    twice: shortened(values.filter((value, index) => values.indexOf(value) !== index)),
  };
}

/** A reading without departure. */
export const none = { missing: [], unknown: [], twice: [] };
