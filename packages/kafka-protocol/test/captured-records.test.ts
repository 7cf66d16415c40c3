import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  encodeBatch,
  encodeTransactionMarker,
  type KafkaRecord,
  RecordBatch,
  readTransactionMarker,
} from '../src/index.ts';

const { batches } = JSON.parse(readFileSync(new URL('captures/batches.json', import.meta.url), 'utf8')) as {
  batches: readonly { client: string; bytes: string }[];
};
const all = batches.map(({ client, bytes }) => ({
  client,
  batch: new RecordBatch(Uint8Array.from(Buffer.from(bytes, 'hex'))),
}));
const codecs = { gzip: { compress: gzipSync, decompress: gunzipSync } };

function only(client: string, compression: string, isTransactional = false): RecordBatch {
  const found = all.find(
    ({ client: name, batch }) =>
      name === client && batch.compression === compression && batch.isTransactional === isTransactional,
  );
  if (found === undefined) throw new Error(`no ${compression} batch of ${client} was captured`);
  return found.batch;
}

const text = (bytes: Uint8Array | null) => (bytes === null ? null : new TextDecoder().decode(bytes));

function readable({ offset, timestamp, key, value, headers }: KafkaRecord) {
  const readableHeaders = headers.map((header) => [header.key, text(header.value)]);
  return { offset, timestamp, key: text(key), value: text(value), headers: readableHeaders };
}

it.each(all)('$client, $batch.compression: header and checksum', ({ batch }) => {
  expect(batch.checksumMatches()).toBe(true);
  expect(batch.lastOffsetDelta).toBe(batch.recordCount - 1);
});

describe('the records of the Java client', () => {
  const headers = [
    ['h', 'x'],
    ['none', null],
  ];
  const expected = [0, 1, 2, 3].map((index) => ({
    offset: BigInt(index),
    timestamp: 1_700_000_000_000n + BigInt(index * 1000),
    key: index === 0 ? null : `k${index}`,
    value: `value value value ${index}`,
    headers,
  }));

  it.each(['none', 'gzip'])('%s', (compression) => {
    const records = [...only('java', compression).records(codecs)];
    expect(records.map(readable)).toEqual(expected);
  });

  it('are written by encodeBatch as Java wrote them, byte for byte', () => {
    const batch = only('java', 'none');
    const { producerId, producerEpoch, baseSequence, partitionLeaderEpoch } = batch;
    const records = [...batch.records()];
    expect(encodeBatch({ records, producerId, producerEpoch, baseSequence, partitionLeaderEpoch })).toEqual(
      batch.bytes,
    );
  });
});

it('librdkafka, gzip', () => {
  const [first] = only('librdkafka', 'gzip').records(codecs);
  const headers = [
    ['h', 'x'],
    ['empty', null],
  ];
  expect(readable(first as KafkaRecord)).toMatchObject({
    offset: 0n,
    key: 'k0',
    value: `${'value '.repeat(10)}0`,
    headers,
  });
});

it('kafkajs, headers beyond ASCII', () => {
  const [first] = only('kafkajs', 'none').records();
  expect(readable(first as KafkaRecord)).toMatchObject({
    headers: [
      ['h', 'x'],
      ['n', 'ü'],
    ],
  });
});

describe('transaction markers of the broker', () => {
  it.each(all.filter(({ batch }) => batch.isControl))('are written as the broker wrote them', ({ batch }) => {
    const [record] = batch.records();
    const marker = readTransactionMarker(record as KafkaRecord);
    if (marker === undefined) throw new Error('the captured control record is no transaction marker');
    const { producerId, producerEpoch, baseOffset, partitionLeaderEpoch, baseTimestamp: timestamp } = batch;
    const place = { producerId, producerEpoch, baseOffset, partitionLeaderEpoch, timestamp };
    expect(encodeTransactionMarker({ ...marker, ...place })).toEqual(batch.bytes);
  });
});
