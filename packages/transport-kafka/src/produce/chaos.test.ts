import { type ChaosRunOptions, runChaos } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { kafka } from '../kafka-transport.ts';
import { audit, produce, profile, seeds } from '../testing/chaos.ts';
import { inMemory, seeded } from '../testing/in-memory.ts';

const produced: Omit<ChaosRunOptions, 'seeds'> = {
  profile: { ...profile, apis: ['Produce', 'Produce', 'Metadata', 'InitProducerId', 'ApiVersions'] },
  async scenario(world) {
    const { broker, clock } = world;
    const transport = kafka({ ...inMemory(broker, clock, 1), requestTimeout: '10s' });
    await transport.connect({ timeoutMs: 60_000 });
    await audit(world, await produce(transport, world, seeded(7)));
    expect((await transport.close()).unsent).toBe(0);
  },
};

test('whatever happens to the cluster, each record is stored once and in order', {
  timeout: 60_000 + seeds * 200,
}, async () => {
  const runs = await runChaos({ ...produced, seeds });
  // Chaos that nobody meets proves nothing.
  expect(runs.filter(({ trace }) => trace.some((line) => line.includes(' fault: '))).length).toBeGreaterThan(seeds / 2);
});
