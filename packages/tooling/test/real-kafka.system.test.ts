// needs: java, maven
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { clusterMetadata, javaTools, startRealKafka } from '../src/index.ts';
import { kafkaCache } from '../src/real-kafka/jars.ts';

describe('startRealKafka', () => {
  test.each(['4.3.1', '3.9.2'] as const)(
    'Kafka %s answers by protocol, and is gone after the block',
    async (version) => {
      let port = 0;
      {
        await using kafka = await startRealKafka({ version });
        port = Number(kafka.bootstrapServers.split(':')[1]);
        const metadata = await clusterMetadata(port, 2000);
        expect(metadata).toEqual({ brokerIds: [1], controllerId: 1 });
      }
      await expect(clusterMetadata(port, 2000)).rejects.toThrow(/ECONNREFUSED/);
    },
  );

  test('a clean stop leaves the class archive that later starts read', async () => {
    const cache = await mkdtemp(path.join(tmpdir(), 'eventstream-cache-'));
    const usual = process.env['XDG_CACHE_HOME'];
    const jars = path.join(kafkaCache(), 'jars');
    process.env['XDG_CACHE_HOME'] = cache;
    try {
      await mkdir(kafkaCache(), { recursive: true });
      await symlink(jars, path.join(kafkaCache(), 'jars'));
      const kafka = await startRealKafka();
      await kafka.stop();
      const archives = () => readdir(path.join(kafkaCache(), 'archives'));
      await expect.poll(archives).toEqual([expect.stringMatching(/^4\.3\.1-\w+\.jsa$/)]);
    } finally {
      if (usual === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = usual;
      await rm(cache, { recursive: true });
    }
  });

  test('the new consumer groups and transactions are on, which a badly formatted node silently lacks', async () => {
    await using kafka = await startRealKafka();
    const tools = await javaTools();
    const features = await tools.run('org.apache.kafka.tools.FeatureCommand', [
      '--bootstrap-server',
      kafka.bootstrapServers,
      'describe',
    ]);
    expect(features).toMatch(/group\.version.*FinalizedVersionLevel: 1/);
    expect(features).toMatch(/transaction\.version.*FinalizedVersionLevel: 2/);
  });

  test('a cluster of three goes on without a killed node and takes it back', async () => {
    await using kafka = await startRealKafka({ nodes: 3 });
    const [first, second] = kafka.nodes;
    const before = second?.pid;
    await second?.kill('SIGKILL');
    await expect
      .poll(async () => (await clusterMetadata(first?.port ?? 0, 2000)).brokerIds, { timeout: 20_000 })
      .toEqual([1, 3]);
    await second?.restart();
    expect(second?.pid).not.toBe(before);
    expect((await clusterMetadata(first?.port ?? 0, 2000)).brokerIds).toEqual([1, 2, 3]);
  });

  test('a broker that cannot start fails with its own log', async () => {
    await expect(startRealKafka({ properties: { 'node.id': '7' } })).rejects.toThrow(/node\.id|Its log/);
  });
});
