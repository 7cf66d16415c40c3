import { mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messages } from '@eventstream/kafka-protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MockBroker, startMockBroker } from '../broker.ts';
import { encodeOne } from '../testing/encode-one.ts';
import { rawClient } from '../testing/raw-client.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'eventstream-persist-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const topics = [{ name: 'orders', partitions: 1 }];

async function send(broker: MockBroker, sequence: number) {
  await using client = await rawClient(broker.nodes[0]!.port);
  const records = encodeOne({ value: String(sequence), producerId: 7n, baseSequence: sequence });
  const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }];
  const answer = await client.call(messages.produce, 9, { acks: -1, timeoutMs: 1000, topicData });
  const { errorCode, baseOffset } = answer.responses[0]!.partitionResponses[0]!;
  return { errorCode, baseOffset };
}

async function values(broker: MockBroker) {
  return (await broker.topic('orders').records()).map(({ value }) => String(value));
}

test('a cluster goes on in its directory: ids, records, and what is a duplicate', async () => {
  const before = await startMockBroker({ persist: folder, topics, seed: 5 });
  const { id } = before.topic('orders');
  await send(before, 0);
  await send(before, 1);
  await before.close();

  await using after = await startMockBroker({ persist: folder, topics });
  expect(after.topic('orders').id).toBe(id);
  expect(await values(after)).toEqual(['0', '1']);
  expect(await send(after, 1)).toEqual({ errorCode: 0, baseOffset: 1n });
  expect(await send(after, 3)).toMatchObject({ errorCode: 45 });
  expect(await send(after, 2)).toEqual({ errorCode: 0, baseOffset: 2n });
  expect(after.createTopic({ name: 'later' }).id).not.toBe(id);
});

test('a directory is for one broker at a time', async () => {
  await using broker = await startMockBroker({ persist: folder });
  await expect(startMockBroker({ persist: folder })).rejects.toMatchObject({
    code: 'PERSIST_LOCKED',
    message: `Directory ${folder} is in use by another broker of this process: stop it, or name another directory.`,
  });
  await broker.close();
  await using next = await startMockBroker({ persist: folder });
  expect(next.brokers).toHaveLength(1);
});

test.each([
  ['a dead process', { pid: 2 ** 22 + 1, began: '1' }],
  ['a process whose number somebody else has by now', { pid: process.pid, began: '1' }],
])('the lock of %s is taken over', async (_who, owner) => {
  await writeFile(path.join(folder, 'lock'), JSON.stringify(owner));
  await using broker = await startMockBroker({ persist: folder });
  expect(broker.brokers).toHaveLength(1);
});

test('the lock of a process that lives is respected', async () => {
  await writeFile(path.join(folder, 'lock'), JSON.stringify({ pid: process.ppid, began: '' }));
  await expect(startMockBroker({ persist: folder })).rejects.toMatchObject({
    code: 'PERSIST_LOCKED',
    facts: { folder, pid: process.ppid },
  });
});

test('a directory of another format, or of somebody else, is left alone', async () => {
  await writeFile(path.join(folder, 'format.json'), '{"format":2}');
  await expect(startMockBroker({ persist: folder })).rejects.toMatchObject({
    code: 'PERSIST_FORMAT',
    message: `Directory ${folder} has format 2, and this version of the mock broker reads 1: use the version that wrote it, or name another directory.`,
  });
  await writeFile(path.join(folder, 'thesis.txt'), 'years of work');
  await expect(startMockBroker({ persist: folder })).rejects.toMatchObject({
    code: 'PERSIST_FORMAT',
    facts: { folder, foreign: 'thesis.txt' },
  });
  expect((await readdir(folder)).sort()).toEqual(['format.json', 'thesis.txt']);
});

test('a directory that cannot be one says so', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  await expect(startMockBroker({ persist: file })).rejects.toMatchObject({ code: 'PERSIST_UNWRITABLE' });
  await expect(startMockBroker({ persist: path.join(file, 'below') })).rejects.toMatchObject({
    code: 'PERSIST_UNWRITABLE',
    facts: { reason: 'ENOTDIR' },
  });
  await expect(startMockBroker({ persist: '' })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});

test('another count of nodes is refused, and so is a snapshot on top of a cluster', async () => {
  const broker = await startMockBroker({ persist: folder, topics });
  const snapshot = broker.snapshot();
  await broker.close();
  await expect(startMockBroker({ persist: folder, nodes: 3 })).rejects.toThrow(
    `Option persist: ${folder} is of a cluster of 1 nodes from 1 on, not 3 from 1 on: ask for the same, or name another directory.`,
  );
  await expect(startMockBroker({ persist: folder, from: snapshot })).rejects.toThrow('holds a cluster already');
  await using fork = await startMockBroker({ from: snapshot });
  await using other = await startMockBroker({ persist: path.join(folder, 'fork'), from: snapshot });
  expect([fork.topics, other.topics]).toEqual([['orders'], ['orders']]);
});

test('a file that is damaged in its middle is not taken for one that was cut off', async () => {
  const broker = await startMockBroker({ persist: folder, topics });
  for (const sequence of [0, 1, 2]) await send(broker, sequence);
  await broker.close();
  const journal = path.join(folder, 'journal-000001');
  const { size } = await stat(journal);
  await truncate(journal, size - 1);
  const cut = await startMockBroker({ persist: folder });
  expect(await values(cut)).toEqual(['0', '1']);
  await cut.close();

  const handle = await open(journal, 'r+');
  await handle.write(Buffer.from([0xff]), 0, 1, 40);
  await handle.close();
  await expect(startMockBroker({ persist: folder })).rejects.toMatchObject({
    code: 'PERSIST_DAMAGED',
    facts: { file: journal, at: 0 },
  });
});

test('what clients changed wins over what the options say', async () => {
  const before = await startMockBroker({ persist: folder, configs: { 'compression.type': 'gzip' } });
  await using client = await rawClient(before.nodes[0]!.port);
  const configs = [{ name: 'compression.type', configOperation: 0, value: 'lz4' }];
  await client.call(messages.incrementalAlterConfigs, 1, {
    resources: [{ resourceType: 4, resourceName: '', configs }],
    validateOnly: false,
  });
  await before.close();
  await using after = await startMockBroker({ persist: folder, configs: { 'compression.type': 'gzip' } });
  await using later = await rawClient(after.nodes[0]!.port);
  const { results } = await later.call(messages.describeConfigs, 4, {
    resources: [{ resourceType: 4, resourceName: '', configurationKeys: ['compression.type'] }],
  });
  expect(results[0]?.configs[0]?.value).toBe('lz4');
});

test('a broker that could not start lets go of its directory', async () => {
  await using other = await startMockBroker();
  const port = other.nodes[0]!.port;
  await expect(startMockBroker({ persist: folder, port, topics })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  await using broker = await startMockBroker({ persist: folder, topics });
  expect(broker.topics).toEqual(['orders']);
});
