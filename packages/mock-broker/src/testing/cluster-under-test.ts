import {
  type AnyApi,
  decodeResponseFrame,
  encodeRequestFrame,
  type RequestInput,
  type ResponseOf,
} from '@eventstream/kafka-protocol';
import { createCluster } from '../cluster/cluster.ts';
import { type MockBrokerOptions, resolveOptions } from '../cluster/options.ts';
import type { ClusterState } from '../dispatch/context.ts';
import { Pipeline } from '../dispatch/pipeline.ts';
import { Faults } from '../faults/faults.ts';
import { Signal } from '../log/signal.ts';
import { Session } from '../security/session.ts';
import { createManualClock, type ManualClock } from '../time/manual-clock.ts';

const PREFIX = 4;

/** Who sends a raw request, to which node, in which version. */
export type Sender = {
  readonly version: number;
  readonly node?: number;
  readonly clientId?: string;
  /** The connection it comes over. Default: one of a listener without security. */
  readonly session?: Session;
};

/** A whole cluster without sockets, on a clock the test moves. */
export type ClusterUnderTest = {
  readonly cluster: ClusterState;
  readonly clock: ManualClock;
  readonly faults: Faults;
  readonly closed: Signal;
  readonly pipeline: Pipeline;
  /** Sends a request through the pipeline as bytes and reads the answer from bytes. Rejects when there is none. */
  call<Of extends AnyApi>(api: Of, sender: Sender, request: RequestInput<Of>): Promise<ResponseOf<Of>>;
  /** As `call`, for frames no encoder would write. Gives `reply`, `silent` or `close`. */
  serve(frame: Uint8Array): Promise<string>;
};

/** Nodes 1..n are up at ports 9001..9000+n; topics of the options exist. */
export function clusterUnderTest(options: MockBrokerOptions = {}): ClusterUnderTest {
  const clock = createManualClock();
  const cluster = createCluster(resolveOptions({ clock, ...options }));
  const { firstNodeId, nodes } = cluster.options;
  for (let id = firstNodeId; id < firstNodeId + nodes; id += 1) {
    const rack = cluster.options.racks[id - firstNodeId];
    cluster.topology.add({ id, host: '127.0.0.1', port: 9000 + id, up: true, rack });
  }
  for (const { name, partitions = cluster.options.partitions, configs } of cluster.options.topics) {
    cluster.catalog.create({ name, partitions, configs });
  }
  const faults = new Faults({
    seed: 1,
    now: () => clock.now(),
    onFire: (fired) => cluster.observers.emit('fault', fired),
  });
  const pipeline = new Pipeline(cluster, faults);
  const closed = new Signal();
  let lastId = 0;
  const plain = new Session({ name: 'PLAINTEXT', protocol: 'PLAINTEXT' });
  const caller = (node = 1, session = plain) => ({
    nodeId: node,
    host: '10.0.0.7',
    remotePort: 50_007,
    closed,
    session,
  });

  return {
    cluster,
    clock,
    faults,
    closed,
    pipeline,
    async call(api, { version, node, session, clientId = 'test' }, request) {
      lastId += 1;
      const correlationId = lastId;
      const frame = encodeRequestFrame(api, { version, correlationId, clientId }, request).subarray(PREFIX);
      const outcome = await pipeline.serve(frame, caller(node, session));
      if (outcome.kind !== 'reply') throw new Error(`no answer: ${outcome.kind}`);
      const answer = decodeResponseFrame(api, version, Buffer.concat(outcome.parts).subarray(PREFIX));
      if (answer.correlationId !== correlationId) throw new Error('the answer belongs to another request');
      return answer.response;
    },
    serve: async (frame) => (await pipeline.serve(frame, caller())).kind,
  };
}

/** Lets everything that is ready run, without any time passing. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
