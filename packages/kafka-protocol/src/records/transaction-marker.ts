import { Reader } from '../primitives/reader.ts';
import { Writer } from '../primitives/writer.ts';
import { encodeBatch } from './encode-batch.ts';
import type { KafkaRecord } from './record.ts';

/** How a transaction ended. */
export type TransactionEnd = 'abort' | 'commit';

/** In order of their numbers on the wire. */
const ends: readonly TransactionEnd[] = ['abort', 'commit'];

/** A transaction marker to be written. */
export interface TransactionMarkerInput {
  readonly type: TransactionEnd;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Milliseconds since 1970. */
  readonly timestamp: bigint;
  /** Default: 0. */
  readonly coordinatorEpoch?: number;
  /** Default: 0. */
  readonly baseOffset?: bigint;
  /** Default: -1. */
  readonly partitionLeaderEpoch?: number;
}

/**
 * The control batch of one record by which a coordinator ends a transaction in a partition (KIP-98). It takes one
 * offset.
 */
export function encodeTransactionMarker(marker: TransactionMarkerInput): Uint8Array {
  const { type, coordinatorEpoch = 0, timestamp, baseOffset = 0n, partitionLeaderEpoch = -1 } = marker;
  const { producerId, producerEpoch } = marker;
  const key = new Writer(4);
  key.int16(0);
  key.int16(ends.indexOf(type));
  const value = new Writer(6);
  value.int16(0);
  value.int32(coordinatorEpoch);
  const records = [{ key: key.finish(), value: value.finish(), timestamp }];
  const place = { baseOffset, partitionLeaderEpoch };
  return encodeBatch({ records, producerId, producerEpoch, isTransactional: true, isControl: true, ...place });
}

/** What a transaction marker says. */
export interface TransactionMarker {
  readonly type: TransactionEnd;
  readonly coordinatorEpoch: number;
}

/**
 * How the transaction ended of which this record of a control batch speaks; undefined for control records of other
 * kinds.
 *
 * @throws ProtocolError `truncated`
 */
export function readTransactionMarker({ key, value }: KafkaRecord): TransactionMarker | undefined {
  if (key === null || value === null) return undefined;
  const keyReader = new Reader(key);
  keyReader.int16();
  const type = ends[keyReader.int16()];
  if (type === undefined) return undefined;
  const valueReader = new Reader(value);
  valueReader.int16();
  return { type, coordinatorEpoch: valueReader.int32() };
}
