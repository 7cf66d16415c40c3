import { readBatches } from '@eventstream/kafka-protocol';
import type { Scene } from './scene.ts';

/** Fields that two runs never have in common; an id is compared by what it was kept as, a time by whether there is one. */
const names = new Set(['topicId', 'memberId', 'leader', 'clientInstanceId']);
const producers = new Set(['producerId', 'ongoingTxnProducerId']);
const places = new Set([
  'totalBytes',
  'usableBytes',
  'host',
  'port',
  'clusterId',
  'logDir',
  'clientHost',
  'finalizedFeaturesEpoch',
]);
/** Throttling is a matter of time, the words of a message are for people: only codes are compared. */
const dropped = new Set([
  'throttleTimeMs',
  'errorMessage',
  'statusMessage',
  'acknowledgeErrorMessage',
  'batchIndexErrorMessage',
  'documentation',
]);
const times = /time(stamp)?(ms)?$/i;
const LONG_AGO = 1_000_000_000_000;
const zeroUuid = '00000000-0000-0000-0000-000000000000';

/** An answer without what must differ, with lists in one order: plain values that can be printed and compared. */
export function comparable(answer: unknown, scene: Scene): unknown {
  return normal('', answer, scene);
}

function normal(name: string, value: unknown, scene: Scene): unknown {
  if (value === null || value === undefined) return value;
  if (value instanceof Uint8Array) return ofBytes(name, value, scene);
  if (Array.isArray(value)) return inOrder(value.map((item) => normal(name, item, scene)));
  if (typeof value === 'object') return ofFields(value, scene);
  return scalar(name, value as string | number | bigint | boolean, scene);
}

function ofFields(value: object, scene: Scene): object {
  const entries = Object.entries(value)
    .filter(([name]) => !dropped.has(name))
    .map(([name, inner]) => [name, normal(name, inner, scene)]);
  return Object.fromEntries(entries);
}

function scalar(name: string, value: string | number | bigint | boolean, scene: Scene): unknown {
  if (names.has(name) || producers.has(name)) return identity(name, value, scene);
  if (name === 'sessionId') return value === 0 ? 0 : '<session>';
  if (name === 'rack') return value;
  if (places.has(name)) return value === '' || value === -1 || value === -1n ? plain(value) : `<${name}>`;
  if (times.test(name) && Number(value) > LONG_AGO) return '<time>';
  return plain(value);
}

function identity(name: string, value: string | number | bigint | boolean, scene: Scene): unknown {
  if (value === '' || value === zeroUuid || Number(value) === -1) return plain(value);
  const kept = scene.nameOf(value);
  if (kept !== undefined) return `<${kept}>`;
  return typeof value === 'number' ? value : `<some ${name}>`;
}

function plain(value: string | number | bigint | boolean): string | number | boolean {
  return typeof value === 'bigint' ? Number(value) : value;
}

function ofBytes(name: string, bytes: Uint8Array, scene: Scene): unknown {
  if (name === 'records' && bytes.byteLength > 0) return batches(bytes, scene);
  if (name === 'authBytes' || name === 'salt') return bytes.byteLength === 0 ? 'no bytes' : '<bytes>';
  return bytes.byteLength === 0 ? 'no bytes' : Buffer.from(bytes).toString('latin1');
}

function batches(bytes: Uint8Array, scene: Scene): unknown {
  try {
    return [...readBatches(bytes)].map((batch) => ({
      baseOffset: Number(batch.baseOffset),
      lastOffset: Number(batch.lastOffset),
      leaderEpoch: batch.partitionLeaderEpoch,
      size: batch.sizeInBytes,
      timestampType: batch.timestampType,
      kind: `${batch.isTransactional ? 'transactional' : 'plain'}${batch.isControl ? ' control' : ''}`,
      producer: `${identity('producerId', batch.producerId, scene)} ${batch.producerEpoch} ${batch.baseSequence}`,
    }));
  } catch (error) {
    return `records that cannot be read: ${(error as Error).message}`;
  }
}

/** Kafka answers most lists in the order of a hash; so their order is not compared. */
function inOrder(list: readonly unknown[]): readonly unknown[] {
  return [...list].sort((one, other) => compareKeys(sortKey(one), sortKey(other)));
}

const sortedBy = [
  'apiKey',
  'name',
  'topicName',
  'topic',
  'topicId',
  'groupId',
  'resourceName',
  'partitionIndex',
  'partition',
  'index',
  'key',
];

function sortKey(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? '';
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = sortedBy.filter((name) => name in fields).map((name) => String(fields[name]).padStart(8, '0'));
  return `${keys.join('|')}|${JSON.stringify(value)}`;
}

function compareKeys(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
