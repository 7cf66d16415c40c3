import type { SecurityProtocol } from './cluster/listener-options.ts';
import type { RecordWish, StoredRecord } from './topics/read-records.ts';

/** A node as seen from outside. */
export type NodeView = { readonly id: number; readonly host: string; readonly port: number; readonly up: boolean };

/** A listener as seen from outside. */
export type ListenerView = {
  readonly name: string;
  readonly protocol: SecurityProtocol;
  /** `host:port` of every node that is up. */
  readonly brokers: readonly string[];
  /** The same, joined by commas. */
  readonly bootstrapServers: string;
};

/** A topic as seen from outside. */
export type TopicView = {
  readonly name: string;
  readonly id: string;
  readonly partitions: readonly {
    readonly index: number;
    readonly leader: number;
    readonly leaderEpoch: number;
    readonly logStartOffset: number;
    readonly endOffset: number;
    readonly sizeInBytes: number;
  }[];
  /**
   * Every record still in the log, decoded, partition by partition.
   *
   * Those of open and aborted transactions are among them, unless you ask for `{ isolation: 'committed' }`.
   */
  records(wish?: RecordWish): Promise<StoredRecord[]>;
};
