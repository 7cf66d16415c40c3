import { createCluster } from './cluster/cluster.ts';
import { expireMember } from './cluster/expire-member.ts';
import { bumpEpoch, freezeLeaders, moveLeader } from './cluster/leadership.ts';
import { createNodes, type Node } from './cluster/node.ts';
import { type MockBrokerOptions, resolveOptions, type TopicOptions } from './cluster/options.ts';
import { StartGate } from './cluster/start-gate.ts';
import { type RequestWish, waitForRequests } from './cluster/wait-for-requests.ts';
import type { ClusterState } from './dispatch/context.ts';
import { Pipeline } from './dispatch/pipeline.ts';
import type { MockBrokerError } from './errors.ts';
import { Faults } from './faults/faults.ts';
import { OffsetExpiry } from './groups/expiry.ts';
import { describeGroup, type GroupView } from './groups/view.ts';
import { type ConnectionView, connectionsOf } from './inspect/connection-view.ts';
import type { LoggedRequest, RequestFilter } from './inspect/request-log.ts';
import { InspectServer } from './inspect/server.ts';
import { LogCleaner } from './log/cleaner.ts';
import type { MemoryNetwork } from './network/memory-network.ts';
import type { BrokerEvents, Observer } from './observers.ts';
import type { KeptCluster } from './persist/kept-cluster.ts';
import { openKept } from './persist/open.ts';
import { loadCluster, type SavedCluster, saveCluster } from './snapshot/saved-cluster.ts';
import { BrokerSnapshot } from './snapshot/snapshot.ts';
import type { TelemetryPush } from './telemetry/telemetry.ts';
import { createTopic } from './topics/create-topic.ts';
import { placeCalled, topicCalled } from './topics/lookup.ts';
import { describeTransaction, type TransactionView } from './transactions/view.ts';
import { listenerView, networkOf, topicView } from './view-of.ts';
import type { ListenerView, NodeView, TopicView } from './views.ts';
import { Witness } from './witness/witness.ts';

/** A running cluster. Get one from {@link startMockBroker}. */
export class MockBroker implements AsyncDisposable {
  /** Rules by which the cluster misbehaves on purpose. */
  readonly faults: Faults;
  /** Notes what clients do wrong or suffer, once told to {@link Witness.watch} or started with `witness: true`. */
  readonly witness: Witness;
  readonly #cluster: ClusterState;
  readonly #nodes: readonly Node[];
  readonly #cleaner: LogCleaner;
  readonly #expiry: OffsetExpiry;
  readonly #options: MockBrokerOptions;
  readonly #origin: SavedCluster | undefined;
  readonly #kept: KeptCluster | undefined;
  readonly #pipeline: Pipeline;
  readonly #gate = new StartGate();
  readonly #inspect = new InspectServer(this);
  #closing: Promise<void> | undefined;

  /** Use {@link startMockBroker}: a broker that was only constructed listens nowhere. */
  constructor(options: MockBrokerOptions = {}) {
    this.#options = options.from?.optionsFor(options) ?? options;
    const resolved = resolveOptions(this.#options);
    this.#origin = options.from?.clusterFor(resolved);
    this.#kept = openKept(options, resolved);
    this.#cluster = createCluster(resolved, this.#kept?.past);
    const { catalog, clock, observers } = this.#cluster;
    this.#cleaner = new LogCleaner({ ...resolved, catalog, cleaned: () => void this.#kept?.commit() });
    this.#expiry = new OffsetExpiry(this.#cluster);
    const { seed } = resolved;
    this.faults = new Faults({ seed, now: () => clock.now(), onFire: (fired) => observers.emit('fault', fired) });
    this.witness = new Witness(this.#cluster);
    if (resolved.witness) this.witness.watch();
    this.#pipeline = new Pipeline(this.#cluster, this.faults);
    this.#nodes = createNodes(this.#cluster, {
      serve: this.#gate.hold((frame, connection) => this.#pipeline.serve(frame, connection)),
      settle: () => this.#kept?.commit() ?? true,
    });
  }

  /** `host:port` of every node that is up, joined by commas: what clients call `bootstrap.servers`. Of the first listener. */
  get bootstrapServers(): string {
    return this.brokers.join(',');
  }

  /** `host:port` of every node that is up, as a list. */
  get brokers(): string[] {
    return this.#cluster.topology.up().map(({ host, port }) => `${host}:${port}`);
  }

  /** The addresses of one listener, by name, of every node that is up. @throws MockBrokerError `UNKNOWN_LISTENER` */
  listener(name: string): ListenerView {
    return listenerView(this.#cluster, name);
  }

  /** The connections of a broker started with `transport: 'memory'`. @throws MockBrokerError `INVALID_OPTION` with sockets */
  get network(): MemoryNetwork {
    return networkOf(this.#cluster);
  }

  /** Every node, up or not, in order of id; its address is that of the first listener. */
  get nodes(): NodeView[] {
    return this.#cluster.topology.all().map(({ id, host, port, up }) => ({ id, host, port, up }));
  }

  /** Names of all topics. */
  get topics(): string[] {
    return this.#cluster.catalog.list().map(({ name }) => name);
  }

  /** Opens every node and creates the topics of the options. {@link startMockBroker} calls it. */
  async start(): Promise<void> {
    try {
      for (const node of this.#nodes) await node.start();
      if (this.#options.inspectPort !== undefined) await this.#inspect.open(this.#options.inspectPort);
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#origin) loadCluster(this.#cluster, this.#origin, 'fork');
    this.#kept?.begin(this.#cluster);
    const { catalog, options } = this.#cluster;
    // A cluster that goes on in its directory may have some of them.
    for (const topic of options.topics) if (!this.#kept?.past || !catalog.byName(topic.name)) this.createTopic(topic);
    this.#cleaner.start();
    this.#expiry.start();
    this.#gate.open();
  }

  /** A topic to look into. @throws MockBrokerError `UNKNOWN_TOPIC` */
  topic(name: string): TopicView {
    return topicView(topicCalled(this.#cluster.catalog, name), () => topicCalled(this.#cluster.catalog, name));
  }

  /** Creates a topic, usable at once. @throws MockBrokerError `TOPIC_EXISTS` */
  createTopic(wanted: TopicOptions): TopicView {
    const { catalog, options } = this.#cluster;
    createTopic(catalog, { partitions: options.partitions, ...wanted });
    this.#kept?.commit();
    return this.topic(wanted.name);
  }

  /**
   * Deletes what retention does not let stay and compacts compacted topics, now instead of at the next check.
   *
   * The newest batch of a partition is never compacted; how dirty the log is does not matter here.
   */
  cleanLogs(): void {
    this.#cleaner.retain();
    this.#cleaner.compact();
  }

  /**
   * Forgets committed offsets older than `offsets.retention.minutes` (7 days), and groups without members and offsets,
   * now instead of at the next check.
   *
   * Offsets of topics that somebody in the group subscribes to stay, however old.
   */
  expireOffsets(): void {
    this.#expiry.expire();
  }

  /** Gives a partition to another node under a new epoch. Clients learn of it by NOT_LEADER_OR_FOLLOWER. */
  moveLeader(topic: string, partition: number, node: number): void {
    const place = placeCalled(this.#cluster.catalog, topic, partition);
    moveLeader(this.#cluster, place.topic, { partition: place.partition, leader: node });
  }

  /** Gives a partition a new epoch under the same leader: clients that name the old one hear FENCED_LEADER_EPOCH. */
  bumpLeaderEpoch(topic: string, partition: number): void {
    const place = placeCalled(this.#cluster.catalog, topic, partition);
    bumpEpoch(this.#cluster, place.topic, place.partition);
  }

  /** Lets another node be the controller that Metadata names. */
  moveController(node: number): void {
    this.#cluster.topology.placeController(node);
  }

  /** From now on Metadata names the leaders of this moment, whoever leads, until the returned function is called. */
  freezeMetadata(): () => void {
    return freezeLeaders(this.#cluster);
  }

  /** Lets a partition's leader forget all producers: it then takes any sequence, and what was sent twice twice. */
  forgetProducers(topic: string, partition: number): void {
    placeCalled(this.#cluster.catalog, topic, partition).partition.producers.clear();
  }

  /**
   * Lets another node coordinate a group or transactional id; the old one answers NOT_COORDINATOR. Members, offsets and
   * open transactions stay.
   */
  moveCoordinator(groupId: string, node: number): void {
    this.#cluster.topology.placeCoordinator(groupId, node);
  }

  /** The node that coordinates a group or transactional id. */
  coordinatorOf(groupId: string): number {
    return this.#cluster.topology.coordinatorOf(groupId);
  }

  /** Takes a node out in good order: leaders move, written answers arrive, connections end. */
  async stopNode(id: number): Promise<void> {
    await this.#node(id).stop(false);
  }

  /** Kills a node: its connections break in the middle. Nothing acknowledged is lost, for the log is shared. */
  async crashNode(id: number): Promise<void> {
    await this.#node(id).stop(true);
  }

  /** Brings a stopped or crashed node back on its old port. Leaders stay where they are, unless they had none. */
  async startNode(id: number): Promise<void> {
    await this.#node(id).start();
  }

  /** Names of all groups. */
  get groups(): string[] {
    return this.#cluster.groups.list().map(({ id }) => id);
  }

  /** A group's state, members and committed offsets; `undefined` when there is none. */
  group(id: string): GroupView | undefined {
    const group = this.#cluster.groups.find(id);
    return group && describeGroup(group, this.#cluster);
  }

  /** Every transactional id somebody has asked for, and not left alone for a week. */
  get transactions(): string[] {
    return this.#cluster.transactions.list().map(({ id }) => id);
  }

  /** Who owns a transactional id and what its transaction has touched; `undefined` when nobody asked for it yet. */
  transaction(transactionalId: string): TransactionView | undefined {
    const transaction = this.#cluster.transactions.find(transactionalId);
    return transaction && describeTransaction(transaction);
  }

  /** Who is connected, node by node. */
  connections(): ConnectionView[] {
    return connectionsOf(this.#nodes, this.#cluster.clock.now());
  }

  /** The last requests, oldest first: as many as the option `requestHistory` says, those that still wait included. */
  requests(filter: RequestFilter = {}): LoggedRequest[] {
    return this.#cluster.requestLog.list(filter);
  }

  /** Where the same is told over HTTP; `undefined` without the option `inspectPort`. */
  get inspectUrl(): string | undefined {
    return this.#inspect.url;
  }

  /** Takes a member out of its group as if its session had timed out. @throws MockBrokerError `UNKNOWN_GROUP` */
  expireMember(groupId: string, memberId: string): void {
    expireMember(this.#cluster, groupId, memberId);
  }

  /** Aborts an open transaction as its coordinator does when it takes too long; false when none is open. */
  abortTransaction(transactionalId: string): boolean {
    return this.#cluster.transactions.abort(transactionalId);
  }

  /**
   * From now on transactions are decided and no markers written, until the returned function is called. Meanwhile readers
   * of committed records wait and producers hear CONCURRENT_TRANSACTIONS.
   */
  holdMarkers(): () => void {
    return this.#cluster.transactions.holdMarkers();
  }

  /** Resolves when so many requests have come in from now on, if you say so of one API, node or client. */
  waitForRequests(count: number, wanted: RequestWish = {}): Promise<void> {
    return waitForRequests(this.#cluster.observers, count, wanted);
  }

  /** What clients have pushed of their metrics, oldest first: the newest thousand. Needs the `telemetry` option. */
  get telemetry(): readonly TelemetryPush[] {
    return [...this.#cluster.telemetry.pushes];
  }

  /**
   * All that the cluster knows now, in well under a millisecond: logs are shared with the snapshot, not copied.
   *
   * {@link MockBroker.restore} goes back to it, `startMockBroker({ from: snapshot })` goes on with it in another cluster.
   */
  snapshot(): BrokerSnapshot {
    return new BrokerSnapshot(this.#cluster.clock.now(), this.#options, saveCluster(this.#cluster));
  }

  /**
   * Puts the cluster back to where it was. Nodes, ports, faults and the clock stay as they are.
   *
   * Every connection is cut, and groups are without members: clients come back by themselves, as after a failure, and read
   * on from the offsets of that moment. A request that was under way is not applied any more. The witness begins anew: let
   * it judge what came before first.
   *
   * @throws MockBrokerError `INVALID_OPTION` when the snapshot is of a cluster with other nodes
   */
  restore(snapshot: BrokerSnapshot): void {
    const saved = snapshot.clusterFor(this.#cluster.options);
    this.#pipeline.forgetRequests();
    for (const connection of this.#nodes.flatMap((node) => node.connections())) connection.destroy();
    loadCluster(this.#cluster, saved, 'restore');
    this.witness.reset();
  }

  /** Resolves, with why, when the `persist` directory cannot be written any more: from then on no request is answered. */
  get persistFailure(): Promise<MockBrokerError> {
    return this.#kept?.failure ?? new Promise(() => undefined);
  }

  /** Calls `observer` for every event of that name until the returned function is called. */
  on<Name extends keyof BrokerEvents>(name: Name, observer: Observer<Name>): () => void {
    return this.#cluster.observers.on(name, observer);
  }

  /** Cuts every connection and frees every port. Resolves when all ports are free; more calls wait for the same. */
  close(): Promise<void> {
    this.#cleaner.stop();
    this.#expiry.stop();
    this.#kept?.finish();
    const ends = () => [this.#inspect.close(), ...this.#nodes.map((node) => node.stop(true))];
    this.#closing ??= Promise.all(ends()).then(() => this.#kept?.close());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #node(id: number): Node {
    this.#cluster.topology.node(id);
    return this.#nodes[id - this.#cluster.options.firstNodeId]!;
  }
}

/**
 * A Kafka cluster inside this process, on real TCP ports, ready when the promise resolves.
 *
 * It serves unmodified clients of any language. Everything is in memory and gone with the process, unless `persist` says
 * where it is to be kept.
 *
 * @throws MockBrokerError `PORT_IN_USE`, `INVALID_OPTION`; of `persist`, `PERSIST_LOCKED`, `PERSIST_FORMAT`, `PERSIST_DAMAGED`,
 * `PERSIST_UNWRITABLE`
 * @example
 * ```ts
 * await using broker = await startMockBroker({ nodes: 3, topics: [{ name: 'orders', partitions: 6 }] });
 * console.log(broker.bootstrapServers); // for any client: 127.0.0.1:40001,127.0.0.1:40002,127.0.0.1:40003
 * console.log(await broker.topic('orders').records()); // []
 * ```
 */
export async function startMockBroker(options: MockBrokerOptions = {}): Promise<MockBroker> {
  const broker = new MockBroker(options);
  await broker.start();
  return broker;
}
