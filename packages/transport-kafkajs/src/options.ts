import type { Clock, Duration, Random, Size } from '@eventstream/core';

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

/** How the transport proves who it is. */
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
    };

/**
 * Options of {@link kafkajs}. Every field has a default but `brokers`.
 */
export interface KafkajsOptions {
  /** Where to begin: `host:port`, several in a list or in one comma-separated string. Port default 9092. */
  readonly brokers: readonly string[] | string;
  /** The name brokers log and meter this client by. Default `eventstream`. */
  readonly clientId?: string;
  /** TLS: `true` for Node's defaults, or its options. Default false. */
  readonly ssl?: boolean | TlsOptions;
  /** Authentication. Default none. */
  readonly sasl?: SaslOptions;

  /**
   * How long a record may wait for company in its batch. Default 0: a batch is sent at the end of the turn of the event loop
   * it was opened in, and grows while the one before it is on its way. Bound: 1 minute.
   */
  readonly linger?: Duration;
  /** A partition's batch is closed at this size. Default `256 KiB`. Bound: {@link KafkajsOptions.maxRequestBytes}. */
  readonly batchBytes?: Size;
  /** A partition's batch is closed at this many records. Default 500: kafkajs sorts a batch in quadratic time. */
  readonly batchRecords?: number;
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
   * Whether a batch whose answer was lost is recognised by the broker when it is sent again. Default true with acks `all`,
   * otherwise impossible. Costs one request when connecting.
   */
  readonly idempotent?: boolean;
  /** What batches are compressed with. Default `none`. */
  readonly compression?: 'none' | 'gzip';
  /** A record that is not stored this long after its `append` rejects with `delivery-timeout`. Default `2m`. Bound: 10 ms to 1 d. */
  readonly deliveryTimeout?: Duration;

  /** `connect` gives up after this long. Default `10s`. */
  readonly connectTimeout?: Duration;
  /** A request without an answer for this long fails, and its connection is dropped. Default `30s`. */
  readonly requestTimeout?: Duration;
  /** Whether `topic()` creates a missing topic with the brokers' defaults. Default false: a typo must not become a topic. */
  readonly autoCreateTopics?: boolean;
  /**
   * How long a broker may hold a fetch when it has nothing new. Default `250ms`. kafkajs notices `resume`, `seek`, a rebalance
   * and `close` only between fetches, so this bounds how late each of them is.
   */
  readonly fetchMaxWait?: Duration;

  /** Where time comes from. Default: the machine's clock. kafkajs's own timers stay on the machine's clock. */
  readonly clock?: Clock;
  /** Where the jitter of delays comes from. Default `Math.random`. */
  readonly random?: Random;
}
