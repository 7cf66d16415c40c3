import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Connection } from '../../network/connection.ts';
import { Listener } from '../../network/listener.ts';
import { MemoryNetwork } from '../../network/memory-network.ts';
import { ConnectionGate } from '../../quotas/connection-gate.ts';
import { Session } from '../../security/session.ts';
import { type ClusterUnderTest, clusterUnderTest } from '../cluster-under-test.ts';

/** One connection as the broker sees it. */
export type Watched = {
  readonly connection: Connection;
  /** Bytes that were decided to be sent, in order. */
  readonly replies: Buffer[];
  /** Requests that came in, and those of them nobody has decided yet. */
  served: number;
  open: number;
  /** Whether a decision ends the connection. */
  ends: boolean;
  failure: unknown;
};

/** A cluster behind real or made-up sockets, with a door for everybody and one for users. */
export type Doors = AsyncDisposable & {
  readonly under: ClusterUnderTest;
  /** A client's end, and the broker's. */
  connect(sasl: boolean): Promise<readonly [client: Duplex, broker: Watched]>;
};

const options = {
  topics: [{ name: 'sample', partitions: 2 }],
  logBytes: 1 << 20,
  users: { alice: { password: 'alice-secret' } },
};

/** Opens both doors of a new cluster. */
export async function openDoors(seed: number, transport: 'memory' | 'tcp'): Promise<Doors> {
  const under = clusterUnderTest({ ...options, seed });
  const memory = transport === 'memory' ? new MemoryNetwork() : undefined;
  const arrivals: Watched[] = [];
  const gate = new ConnectionGate({
    configs: under.cluster.brokerConfigs,
    quotas: under.cluster.security.quotas,
    clock: under.clock,
  });
  const door = (sasl: boolean) =>
    new Listener({
      gate,
      memory,
      nodeId: 1,
      host: '127.0.0.1',
      serve: (frame, connection) => watch(under, known(connection), frame),
      greet: () => greet(under, sasl),
      onConnection: (connection, open) => open && arrivals.push(watched(connection)),
    });
  const byConnection = new WeakMap<Connection, Watched>();
  const watched = (connection: Connection): Watched => {
    const made = { connection, replies: [], served: 0, open: 0, ends: false, failure: undefined };
    byConnection.set(connection, made);
    return made;
  };
  const known = (connection: Connection): Watched => byConnection.get(connection)!;
  const listeners = [door(false), door(true)];
  const ports = await Promise.all(listeners.map((listener) => listener.open(0)));
  return {
    under,
    async connect(sasl) {
      const port = ports[sasl ? 1 : 0]!;
      const client = memory ? memory.connect(port) : createConnection(port, '127.0.0.1');
      client.setNoDelay(true);
      client.on('error', () => undefined);
      if (!memory) await once(client, 'connect');
      while (arrivals.length === 0) await new Promise(setImmediate);
      return [client, arrivals.shift()!];
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(listeners.map((listener) => listener.close(true)));
    },
  };
}

function greet({ cluster, clock }: ClusterUnderTest, sasl: boolean): Session {
  if (!sasl) return new Session({ name: 'PLAINTEXT', protocol: 'PLAINTEXT' });
  const { mechanisms } = cluster.security;
  return new Session({ name: 'SASL', protocol: 'SASL_PLAINTEXT' }, { sasl: { mechanisms, clock } });
}

async function watch({ pipeline }: ClusterUnderTest, watched: Watched, frame: Uint8Array) {
  watched.served += 1;
  watched.open += 1;
  const correlationId = watched.connection.session.takesBareTokens ? undefined : Buffer.from(frame.subarray(4, 8));
  try {
    const outcome = await pipeline.serve(frame, watched.connection);
    if (outcome.kind === 'reply') {
      const bytes = Buffer.concat(outcome.parts);
      if (correlationId && !bytes.subarray(4, 8).equals(correlationId))
        throw new Error('the answer is to another request');
      watched.replies.push(bytes);
    }
    watched.ends ||= outcome.kind === 'close' || (outcome.kind === 'reply' && outcome.thenClose === true);
    return outcome;
  } catch (cause) {
    watched.failure = new Error(`the broker failed at frame ${Buffer.from(frame).toString('hex')}`, { cause });
    return { kind: 'close' as const };
  } finally {
    watched.open -= 1;
  }
}
