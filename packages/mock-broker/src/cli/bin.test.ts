import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { messages } from '@eventstream/kafka-protocol';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledBin } from '../testing/bin.ts';
import { rawClient } from '../testing/raw-client.ts';

let bin: Awaited<ReturnType<typeof bundledBin>>;
beforeAll(async () => {
  bin = await bundledBin();
});
afterAll(() => bin[Symbol.asyncDispose]());

/** What `--json` prints when the broker is ready. */
async function ready(running: { line(): Promise<string | undefined> }) {
  const line = await running.line();
  return JSON.parse(line ?? 'null') as { ready: boolean; brokers: string[]; pid: number; ms: number };
}

function topicNames(brokers: readonly string[]) {
  return kafkaOf(brokers, async (admin) => (await admin.listTopics()).sort());
}

async function kafkaOf<Result>(
  brokers: readonly string[],
  use: (admin: ReturnType<Kafka['admin']>) => Promise<Result>,
  sasl?: ConstructorParameters<typeof Kafka>[0]['sasl'],
): Promise<Result> {
  const retry = { retries: 0 };
  const admin = new Kafka({ brokers: [...brokers], retry, logLevel: logLevel.NOTHING, ...(sasl && { sasl }) }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)('serves a cluster, and %s ends it with 0', async (signal) => {
  await using running = bin.start('--port', '0', '--nodes', '3', '--topics', 'orders:6,invoices', '--json');
  const { brokers, pid, ms } = await ready(running);
  expect(brokers).toHaveLength(3);
  expect(pid).toBe(running.child.pid);
  expect(ms).toBeGreaterThan(0);
  expect(await topicNames(brokers)).toEqual(['invoices', 'orders']);
  running.child.kill(signal);
  expect(await running.exit).toEqual({ code: 0, stderr: '' });
});

test('tells people where it is', async () => {
  await using running = bin.start('--port', '0');
  expect(await running.line()).toMatch(/^ready on 127\.0\.0\.1:\d+ \(1 node\)$/);
});

test('tells over HTTP what is in it', async () => {
  await using running = bin.start('--port', '0', '--topics', 'orders', '--inspect', '0');
  const line = (await running.line()) ?? '';
  expect(line).toMatch(/^ready on 127\.0\.0\.1:\d+ \(1 node, look into it at http:\/\/127\.0\.0\.1:\d+\)$/);
  const topics = await fetch(`${/http[^)]*/.exec(line)?.[0]}/topics`);
  expect(await topics.json()).toMatchObject([{ name: 'orders' }]);
  await using wrong = bin.start('--inspect', 'here');
  expect((await wrong.exit).stderr).toContain('--inspect here is not a whole number from 0 to 65535');
});

test('takes topics from a file', async () => {
  const file = path.join(bin.folder, 'topics.json');
  await writeFile(file, JSON.stringify([{ name: 'compacted', configs: { 'cleanup.policy': 'compact' } }]));
  await using running = bin.start('--port', '0', '--json', '--topics', file);
  expect(await topicNames((await ready(running)).brokers)).toEqual(['compacted']);
});

test('creates topics for commands on stdin, and ends with stdin', async () => {
  await using running = bin.start('--port', '0', '--json', '--stdin');
  const { brokers } = await ready(running);
  running.child.stdin?.write('create orders 3\ncreate orders 3\nexplode\n');
  expect(await running.line()).toBe('created orders');
  expect(await running.line()).toBe('error: Topic "orders" exists already: use it, or choose another name.');
  expect(await running.line()).toBe('error: "explode" is no command: write create <topic> <partitions>.');
  expect(await topicNames(brokers)).toEqual(['orders']);
  running.child.stdin?.end();
  expect(await running.exit).toEqual({ code: 0, stderr: '' });
});

test('lets only its users in', async () => {
  await using running = bin.start('--port', '0', '--json', '--sasl', 'plain,scram-sha-512', '--user', 'alice:a:b');
  const { brokers } = await ready(running);
  const list = (password: string) =>
    kafkaOf(brokers, (admin) => admin.listTopics(), { mechanism: 'scram-sha-512', username: 'alice', password });
  expect(await list('a:b')).toEqual([]);
  await expect(list('wrong')).rejects.toThrow(/authentication/i);
});

test('acts as an older release', async () => {
  await using running = bin.start('--port', '0', '--json', '--as-version', '2.8');
  const port = Number((await ready(running)).brokers[0]?.split(':')[1]);
  await using client = await rawClient(port);
  const { apiKeys } = await client.call(messages.apiVersions, 3, {
    clientSoftwareName: 'raw',
    clientSoftwareVersion: '1',
  });
  expect(apiKeys.map(({ apiKey }) => apiKey)).not.toContain(messages.consumerGroupHeartbeat.key);
});

test('names the port that is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  await using running = bin.start('--port', String(port));
  const advice = 'stop what listens there, or give another --port; 0 takes free ones.';
  expect(await running.exit).toEqual({
    code: 1,
    stderr: `mock-broker: port ${port} on 127.0.0.1 cannot be had: ${advice}\n`,
  });
  other.close();
});

test('says what is wrong as JSON, too, and with --quiet nothing else', async () => {
  await using wrong = bin.start('--json', '--nodes', '0');
  expect(JSON.parse((await wrong.exit).stderr)).toEqual({
    error: '--nodes 0 is not a whole number from 1 to 100. See --help.',
  });
  await using quiet = bin.start('--quiet', '--port', '0', '--stdin');
  quiet.child.stdin?.end();
  expect(await quiet.line()).toBeUndefined();
  expect(await quiet.exit).toEqual({ code: 0, stderr: '' });
});

test('tells its version, and what it can', async () => {
  await using version = bin.start('--version');
  expect(await version.line()).toMatch(/^\d+\.\d+\.\d+$/);
  await using help = bin.start('--help');
  expect(await help.line()).toMatch(/^mock-broker: /);
  expect(await help.exit).toEqual({ code: 0, stderr: '' });
});
