import path from 'node:path';
import type { Past } from '../cluster/cluster.ts';
import type { ClusterState } from '../dispatch/context.ts';
import { isMockBrokerError, MockBrokerError } from '../errors.ts';
import { loadCluster, type SavedCluster, saveCluster } from '../snapshot/saved-cluster.ts';
import { ClusterChanges } from './cluster-changes.ts';
import { unwritable } from './errors.ts';
import { Journal } from './journal.ts';
import { type ClusterFacts, prepareDirectory, readFacts, writeFacts } from './layout.ts';
import { lockDirectory } from './lock.ts';
import { Replica } from './replica.ts';

type Layout = Pick<ClusterFacts, 'nodes' | 'firstNodeId'>;

/** A directory that a cluster is kept in, from the moment it is opened to that it is closed. */
export class KeptCluster {
  /** What the cluster in the directory was when it was kept last; `undefined` when there is none yet. */
  readonly past: Past | undefined;
  /** Resolves when the directory cannot be written any more: from then on nothing is acknowledged. */
  readonly failure: Promise<MockBrokerError>;
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #unlock: () => void;
  #fail: (error: MockBrokerError) => void = () => undefined;
  #isOver = false;
  /** What the directory holds, until a cluster is made of it. */
  #saved: SavedCluster | undefined;
  #cluster: ClusterState | undefined;
  #changes: ClusterChanges | undefined;

  /** @throws MockBrokerError `PERSIST_LOCKED`, `PERSIST_FORMAT`, `PERSIST_DAMAGED`, `PERSIST_UNWRITABLE`, `INVALID_OPTION` */
  constructor(folder: string, layout: Layout, slackBytes?: number) {
    this.#folder = path.resolve(folder);
    this.failure = new Promise((resolve) => {
      this.#fail = resolve;
    });
    this.#journal = new Journal(this.#folder, slackBytes);
    this.#unlock = inWords(this.#folder, () => {
      prepareDirectory(this.#folder);
      return lockDirectory(this.#folder);
    });
    const replica = new Replica();
    try {
      const facts = inWords(this.#folder, () => readFacts(this.#folder));
      requireSameLayout(this.#folder, layout, facts);
      inWords(this.#folder, () => this.#journal.open((entry) => replica.apply(entry)));
      this.#saved = replica.save();
      if (facts && this.#saved) this.past = { clusterId: facts.clusterId, randomPosition: this.#saved.randomPosition };
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  /** Makes the cluster what the directory holds, and keeps it from now on. */
  begin(cluster: ClusterState): void {
    const { clusterId, options } = cluster;
    const { nodes, firstNodeId } = options;
    if (!this.past) inWords(this.#folder, () => writeFacts(this.#folder, { clusterId, nodes, firstNodeId }));
    this.#cluster = cluster;
    this.#changes = new ClusterChanges(cluster);
    const saved = this.#saved;
    this.#saved = undefined;
    if (saved) {
      // What was read is not written again; what goes on from there is.
      loadCluster(cluster, saved, 'fork', () => this.#changes?.collect());
      cluster.security.users.adopt(options.users);
      // The next process that goes on here begins its own ids elsewhere.
      cluster.random.next();
    }
    this.commit();
  }

  /**
   * Writes what has changed since the last time. To be called before anybody is told; when it gives false, nobody may be
   * told any more.
   */
  commit(): boolean {
    if (this.#isOver) return false;
    try {
      const entries = this.#changes?.collect() ?? [];
      if (entries.length > 0) this.#journal.append(entries);
      this.#compactIfDue();
      return true;
    } catch (error) {
      this.#failWith(error);
      return false;
    }
  }

  /** Writes what has changed, and nothing more: what the end of the broker does to the cluster is not part of it. */
  finish(): void {
    this.commit();
    this.#isOver = true;
  }

  /** Resolves when the files are closed, and the directory is free for another process. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#journal.close();
    this.#unlock();
  }

  /** Bytes of all files, once no snapshot is being written any more. */
  async settledBytes(): Promise<number> {
    await this.#journal.settled;
    return this.#journal.fileBytes;
  }

  #compactIfDue(): void {
    const cluster = this.#cluster;
    if (!cluster) return;
    const liveBytes = cluster.catalog.logBytes;
    if (!this.#journal.isWasteful(liveBytes)) return;
    this.#journal.compact(saveCluster(cluster), liveBytes).catch((error: unknown) => this.#failWith(error));
  }

  #failWith(error: unknown): void {
    this.#isOver = true;
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    this.#fail(isMockBrokerError(error) ? error : unwritable(this.#folder, error));
  }
}

function requireSameLayout(folder: string, { nodes, firstNodeId }: Layout, facts: ClusterFacts | undefined): void {
  if (!facts || (facts.nodes === nodes && facts.firstNodeId === firstNodeId)) return;
  const kept = `${facts.nodes} nodes from ${facts.firstNodeId} on`;
  const message = `Option persist: ${folder} is of a cluster of ${kept}, not ${nodes} from ${firstNodeId} on: ask for the same, or name another directory.`;
  throw new MockBrokerError('INVALID_OPTION', message, { option: 'persist', folder });
}

function inWords<Result>(folder: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (isMockBrokerError(error) || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw unwritable(folder, error);
  }
}
