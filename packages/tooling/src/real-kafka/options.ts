/** The versions of Apache Kafka whose jars are locked: the newest line, and the last of 3.x. */
export type KafkaVersion = '4.3.1' | '3.9.2';

/** What `startRealKafka` takes; everything has a default. */
export interface RealKafkaOptions {
  /** Default `4.3.1`. */
  readonly version?: KafkaVersion;
  /** One combined node, or three with replication factor 3 and min ISR 2. Default 1. */
  readonly nodes?: 1 | 3;
  /**
   * One node with four doors, access rules and the user alice (alice-secret) for PLAIN and SCRAM; see `RealKafka.doors`. Who
   * comes by `plain` may do everything. Kafka 4.3.1 only. Default false.
   */
  readonly secure?: boolean;
  /** Each JVM's `-Xmx`. Default `256m`, in a cluster of three `128m`. */
  readonly heap?: string;
  /** `fast-start` stops at the first compiler tier; `full` is for benchmarks and starts some seconds later. Default `fast-start`. */
  readonly cpuTier?: 'fast-start' | 'full';
  /** Where the nodes' folders are made; they are removed again. Default: the system's temporary folder. */
  readonly folder?: string;
  /** The first node's client port. Default: a free one. */
  readonly port?: number;
  /** Broker settings on top of the launcher's, such as `{ 'message.max.bytes': '4194304' }`; `{port}` and `{controller}` are the node's. */
  readonly properties?: Readonly<Record<string, string>>;
  /** The nodes answer within this or the start fails, showing their logs. Default 90 000. */
  readonly timeoutMs?: number;
}
