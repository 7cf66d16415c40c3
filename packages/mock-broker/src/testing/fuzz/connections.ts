import type { Duplex } from 'node:stream';
import { type Doors, openDoors, type Watched } from './doors.ts';
import { Random32 } from './random32.ts';
import { seedFrames } from './seeds.ts';
import { type ClientStream, drawStream } from './stream.ts';

/** How a run of whole connections went. */
export type ConnectionFuzzResult = {
  readonly frames: number;
  readonly answered: number;
  readonly endedByBroker: number;
  readonly endedByClient: number;
};

/** What is fuzzed, and how long. */
export type ConnectionFuzz = {
  readonly seed: number;
  readonly frames: number;
  readonly transport: 'memory' | 'tcp';
};

type Counts = { frames: number; answered: number; endedByBroker: number; endedByClient: number };

/** Groups, topics and producers that the requests make grow; so the cluster is a new one from time to time. */
const CONNECTIONS_PER_CLUSTER = 500;
/** Real time, for a wire that is real takes some: what has not come about by then never will. */
const PATIENCE_MS = 10_000;
/** Longer than any timeout that a request can name. */
const LONG = 2 ** 32;

/**
 * Opens connection after connection, sends what {@link drawStream} draws, and rejects, with the seed and the number of
 * the connection, when one does not go as its bytes say: unanswered, not closed, closed for no reason, or something left behind.
 */
export async function fuzzConnections({ seed, frames, transport }: ConnectionFuzz): Promise<ConnectionFuzzResult> {
  const random = new Random32(seed);
  const seeds = seedFrames();
  const counts: Counts = { frames: 0, answered: 0, endedByBroker: 0, endedByClient: 0 };
  for (let connection = 0; counts.frames < frames; ) {
    await using doors = await openDoors(seed, transport);
    const until = connection + CONNECTIONS_PER_CLUSTER;
    for (; connection < until && counts.frames < frames; connection += 1) {
      const sasl = random.below(3) === 0;
      const stream = drawStream(random, seeds, sasl);
      const impatient = random.below(4) === 0;
      const problem = await live(doors, { stream, sasl, impatient, counts });
      if (problem) throw new Error(`Seed ${seed}, connection ${connection}: ${problem.message}`, { cause: problem });
    }
    const left = leftBehind(doors);
    if (left) throw new Error(`Seed ${seed}, after connection ${connection}: ${left}`);
  }
  return counts;
}

type Life = {
  readonly stream: ClientStream;
  readonly sasl: boolean;
  /** Whether the client goes before its answers have come. */
  readonly impatient: boolean;
  readonly counts: Counts;
};

async function live(doors: Doors, { stream, sasl, impatient, counts }: Life): Promise<Error | undefined> {
  const [client, broker] = await doors.connect(sasl);
  const received: Buffer[] = [];
  client.on('data', (chunk: Buffer) => received.push(chunk));
  for (const chunk of stream.chunks) {
    if (client.destroyed || !client.writable) break;
    client.write(chunk);
    if (stream.chunks.length < 20) await new Promise(setImmediate);
  }
  if (!impatient) await reached(doors, broker, () => isThrough(broker, stream));
  const endedByBroker = !broker.connection.open;
  const early = impatient ? undefined : complaintAbout(broker, stream);
  await part(doors, client, broker);
  const bytes = Buffer.concat(received);
  counts.frames += broker.served;
  counts.answered += broker.replies.length;
  counts[endedByBroker ? 'endedByBroker' : 'endedByClient'] += 1;
  return early ?? complaintAfter(broker, bytes, { isComplete: !impatient && !stream.absurd });
}

function isThrough(broker: Watched, { frames, absurd }: ClientStream): boolean {
  if (!broker.connection.open) return true;
  return !absurd && broker.open === 0 && broker.served === frames && !broker.ends;
}

/** Lets the loop turn until something holds; when a request waits, for its time to pass. */
async function reached({ under }: Doors, broker: Watched, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let turns = 1; !holds() && performance.now() < deadline; turns += 1) {
    await new Promise(setImmediate);
    if (turns % 4 === 0 && broker.open > 0) under.clock.advance(LONG);
  }
}

async function part(doors: Doors, client: Duplex, broker: Watched): Promise<void> {
  if (broker.connection.open && broker.replies.length % 2 === 0) client.end();
  else if (broker.connection.open) {
    // What is under way arrives before the client goes.
    for (let turns = 0; turns < 3; turns += 1) await new Promise(setImmediate);
    client.destroy();
  }
  await reached(doors, broker, () => !broker.connection.open && broker.open === 0 && client.closed);
}

function complaintAbout(broker: Watched, stream: ClientStream): Error | undefined {
  if (broker.failure) return broker.failure as Error;
  const { open } = broker.connection;
  if (open && (stream.absurd || broker.ends)) return new Error('the connection is open, and should have been closed');
  if (!open && !stream.absurd && !broker.ends) return new Error('the connection was closed for no reason');
  if (open && broker.served !== stream.frames) {
    return new Error(`${stream.frames} frames were sent and ${broker.served} served, ${broker.open} of them undecided`);
  }
  return undefined;
}

function complaintAfter(broker: Watched, received: Buffer, { isComplete }: { isComplete: boolean }): Error | undefined {
  if (broker.failure) return broker.failure as Error;
  if (broker.connection.open) return new Error('the client went, and the broker did not notice');
  if (broker.open > 0) return new Error('a request was never decided, though its client has gone and all time is over');
  // Only the listener still knows of it.
  if (broker.connection.closed.size > 1) return new Error('something still waits for the end of the connection');
  const decided = Buffer.concat(broker.replies);
  const isPart = decided.subarray(0, received.length).equals(received);
  if (!isPart) return new Error('what arrived is not what was decided');
  if (isComplete && received.length !== decided.length) {
    return new Error(`of ${decided.length} bytes of answers ${received.length} arrived`);
  }
  return undefined;
}

/** What no connection needs any more and is there all the same. */
function leftBehind({ under: { clock, cluster } }: Doors): string | undefined {
  clock.advance(LONG);
  if (clock.pending() > 0) return `${clock.pending()} timers are left`;
  const waiters = cluster.catalog.list().flatMap(({ partitions }) => partitions.map(({ changed }) => changed.size));
  const waiting = waiters.reduce((sum, size) => sum + size, 0);
  return waiting > 0 ? `${waiting} waiters are left at partitions` : undefined;
}
