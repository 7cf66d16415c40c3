import type { Duplex } from 'node:stream';
import type { Clock, Duration, Random, Size } from '@eventstream/core';
import type { AssignorName } from './group/assignors/named.ts';

/** TLS as Node's `tls.connect` takes it; the few fields Kafka needs. PEM text or bytes. */
export interface TlsOptions {
  /** Certificates of the authorities to trust. Default: those Node ships with. */
  readonly ca?: string | Buffer | (string | Buffer)[];
  /** The client's own certificate, for mutual TLS. */
  readonly cert?: string | Buffer;
  /** The private key of {@link TlsOptions.cert}. */
  readonly key?: string | Buffer;
  /** Opens an encrypted {@link TlsOptions.key}. */
  readonly passphrase?: string;
  /** The name expected in the broker's certificate. Default: the host that is connected to. */
  readonly servername?: string;
  /** Default true. False accepts any certificate: for trials only. */
  readonly rejectUnauthorized?: boolean;
}

/** How the transport proves who it is. Sessions that end are renewed before they do (KIP-368). */
export type SaslOptions =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'oauthbearer';
      /** Gives a fresh token; called for every connection and again before the broker's session ends. */
      readonly token: () => Promise<string>;
      /** SASL extensions sent beside the token (KIP-342), such as `logicalCluster`. */
      readonly extensions?: Readonly<Record<string, string>>;
    }
  | {
      readonly mechanism: 'aws-msk-iam';
      /** Gives the signed payload for a broker's `host:port`, as AWS's signers make it. */
      readonly payload: (broker: string) => Promise<Readonly<Record<string, string>>>;
    };

/** The protocols of consumer groups. */
export type GroupProtocol = 'auto' | 'classic' | 'consumer';

/** The codecs of record batches. */
export type CompressionName = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** Options of {@link kafka}. Every field has a default. */
export interface KafkaOptions {
  /**
   * Where to begin: `host:port`, several in a list or in one comma-separated string. Port default 9092. Default: the
   * environment's `KAFKA_BROKERS`, `KAFKA_BOOTSTRAP_SERVERS` or `BOOTSTRAP_SERVERS`, the first that is set.
   */
  readonly brokers?: readonly string[] | string;
  /** The name brokers log and meter this client by. Default `eventstream`. */
  readonly clientId?: string;
  /** TLS: `true` for Node's defaults, or its options. Default false. */
  readonly ssl?: boolean | TlsOptions;
  /** Authentication. Default none. */
  readonly sasl?: SaslOptions;
  /** Where this client stands, as the brokers' `broker.rack` names it: records are read from a replica there (KIP-392). */
  readonly rack?: string;

  /**
   * How long a record may wait for company in its batch. Default 0: a batch is sent at the end of the turn of the event loop
   * it was opened in, and grows while those before it are on their way. Bound: 1 minute.
   */
  readonly linger?: Duration;
  /** A partition's batch is closed at this size. Default `128 KiB`. Bound: {@link KafkaOptions.maxRequestBytes}. */
  readonly batchBytes?: Size;
  /**
   * The largest batch the brokers take, their `message.max.bytes`. Default `1 MiB`. A record that cannot fit one alone is
   * rejected with `record-too-large`.
   */
  readonly maxRequestBytes?: Size;
  /** Unacknowledged bytes at which `full` becomes true and `append` rejects with `buffer-full`. Default `32 MiB`. */
  readonly bufferBytes?: Size;
  /**
   * When a record counts as stored: `all` in-sync replicas have it (default), the `leader` has it, or `none`: it was written
   * to a socket. With `none` receipts carry the offset -1 and losses go unseen.
   */
  readonly acks?: 'all' | 'leader' | 'none';
  /**
   * Whether a batch whose answer was lost is recognised by the broker when it is sent again (KIP-98). Default true with acks
   * `all`, otherwise impossible. Costs one request before the first batch.
   */
  readonly idempotent?: boolean;
  /** What batches are compressed with. Default `none`. `zstd` needs a Node whose zlib has it (22.15, 24). */
  readonly compression?: CompressionName;
  /** A record that is not stored this long after its `append` rejects with `delivery-timeout`. Default `2m`. Bound: 10 ms to 1 d. */
  readonly deliveryTimeout?: Duration;

  /** Whether records of open and aborted transactions are read as well. Default `committed`: they are not. */
  readonly isolation?: 'committed' | 'uncommitted';
  /** How long a broker may hold a fetch when it has nothing new. Default `500ms`. */
  readonly fetchMaxWait?: Duration;
  /** The most a fetch brings from one broker. Default `16 MiB`. */
  readonly fetchBytes?: Size;
  /** The most a fetch brings of one partition, unless its first batch is larger. Default `1 MiB`. */
  readonly fetchPartitionBytes?: Size;
  /** Makes the members of this transport static (KIP-345): they keep their partitions through a restart. Default none. */
  readonly groupInstanceId?: string;
  /**
   * By which protocol members join. Default `auto`: `consumer`, in which the coordinator shares the partitions out and only
   * what moves is interrupted (KIP-848), where the cluster has it (Kafka 4.0), and `classic` elsewhere, in a classic group
   * that cannot be converted, and for subscriptions that choose their session timeout, which members of the consumer
   * protocol cannot. With `consumer`, a cluster that has it not rejects `subscribe` with `broker-refused`.
   */
  readonly groupProtocol?: GroupProtocol;
  /** How the coordinator shares partitions out, in groups of the consumer protocol: `uniform` or `range`. Default: as it likes. */
  readonly serverAssignor?: string;
  /**
   * How partitions are shared out in classic groups, most wanted first; the first one that all members have is used. Default
   * `['range', 'cooperative-sticky']`, as the Java client's. Only with `['cooperative-sticky']` alone a member keeps through a
   * rebalance what does not move (KIP-429): the other name is there to get to that without stopping all members at once.
   */
  readonly assignors?: readonly AssignorName[];
  /** How long a group waits for its members to join again. Default `1m`. */
  readonly rebalanceTimeout?: Duration;

  /** `connect` gives up after this long. Default `10s`. */
  readonly connectTimeout?: Duration;
  /** A request without an answer for this long fails, and its connection is dropped. Default `30s`. */
  readonly requestTimeout?: Duration;
  /** A connection nobody used for this long is closed. Default `9m`, a minute before brokers do. */
  readonly connectionIdle?: Duration;
  /** How old knowledge of topics in use may become; partitions added meanwhile are seen then. Default `1m`. */
  readonly metadataMaxAge?: Duration;
  /** Whether `topic()` creates a missing topic with the brokers' defaults. Default false: a typo must not become a topic. */
  readonly autoCreateTopics?: boolean;

  /**
   * Opens the stream of bytes to a broker in place of TCP and {@link KafkaOptions.ssl}: through a proxy, or without sockets in a
   * test. It is ready when the promise resolves.
   */
  readonly openSocket?: (address: { readonly host: string; readonly port: number }) => Promise<Duplex>;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
  /** Where the jitter of delays comes from. Default `Math.random`. */
  readonly random?: Random;
}
