import type { ChaosProfile } from '../chaos/profile.ts';
import type { ChaosRunOptions, ChaosWorld } from '../chaos/run.ts';
import { createRandom } from '../time/random.ts';
import { MemoryClient } from './memory-client.ts';
import { expectOnce, fedTo, feedPipeline, Pipeline } from './pipeline.ts';
import { pipelineProfile } from './pipeline-chaos.ts';
import { classicMember, modernMember } from './pipeline-members.ts';

/** By which protocol the members of the pipeline's group speak, and whether they name their generation when they commit. */
export type GroupPipeline = {
  readonly protocol: 'classic' | 'consumer';
  readonly forgetsItsGeneration?: boolean;
};

const workers = ['w0', 'w1', 'w2'];
const PARTITIONS = 4;
/** Within how many ms a worker comes, stays, and is away. */
const UP_MS = 150;
const AWAY_MS = 300;

/** What depends on members fails, too, and there are more partitions to hand over. */
const profile: ChaosProfile = {
  ...pipelineProfile,
  topics: ['in', 'out'].map((name) => ({ name, partitions: PARTITIONS })),
  coordinated: ['pipeline', ...workers.map(idOf)],
  apis: [...pipelineProfile.apis!, 'JoinGroup', 'SyncGroup', 'Heartbeat', 'ConsumerGroupHeartbeat', 'LeaveGroup'],
  within: '200ms',
};

/** The pipeline as a group of workers that come, leave and crash. */
export const groupPipelineChaos = (how: GroupPipeline, seeds: ChaosRunOptions['seeds']): ChaosRunOptions => ({
  seeds,
  profile,
  // Who crashes is missed as soon as it may be.
  broker: { configs: { 'group.consumer.min.session.timeout.ms': '6000', 'group.consumer.session.timeout.ms': '6000' } },
  prepare: feedPipeline,
  scenario: async (world) => {
    const random = createRandom(world.seed);
    const below = (limit: number): number => random.next() % limit;
    const lives = workers.map((name) => [name, below(UP_MS), below(3), below(UP_MS), below(AWAY_MS)] as const);
    await Promise.all(
      lives.map(async ([name, comes, fate, stays, away]) => {
        await world.sleep(comes);
        const ends = fate === 0 ? Number.POSITIVE_INFINITY : stays;
        if (await work(world, how, { name, ends, crashes: fate === 1 })) return;
        await world.sleep(away);
        await work(world, how, { name, ends: Number.POSITIVE_INFINITY, crashes: false });
      }),
    );
    await allDecided(world);
    await expectOnce(world);
  },
});

/** Whoever left in the middle has left a transaction open, which ends by its own timeout. */
async function allDecided({ broker, sleep }: ChaosWorld): Promise<void> {
  const isOpen = (id: string): boolean => broker.transaction(id)?.state === 'Ongoing';
  while (broker.transactions.some(isOpen)) await sleep('10s');
}

type Life = { readonly name: string; readonly ends: number; readonly crashes: boolean };

/** One life of a worker, from its first join to its end; true when all is done. */
async function work(world: ChaosWorld, how: GroupPipeline, { name, ends, crashes }: Life): Promise<boolean> {
  const { clock, note } = world;
  const until = clock.now() + ends;
  const client = new MemoryClient(world, name);
  const id = `${name}-${clock.now()}`;
  const member = how.protocol === 'classic' ? classicMember(world, client) : modernMember(world, client, id);
  const membership = how.forgetsItsGeneration ? {} : { membership: () => member.claim };
  const pipeline = new Pipeline(world, 'transactional', { client, transactionalId: idOf(name), ...membership });
  const crash = crashes ? clock.schedule(ends, () => client.close()) : undefined;
  note(`${name} comes${crashes ? `, and will crash in ${ends} ms` : ''}`);
  for (;;) {
    try {
      await member.stay();
      const turn = await advanceAll(pipeline, member.partitions);
      if (turn === 'idle' && isDone(world)) break;
      if (turn === 'idle') await world.sleep('500ms');
      if (!crashes && clock.now() >= until) break;
    } catch (error) {
      if (crashes && clock.now() >= until) {
        note(`${name} has crashed`);
        return false;
      }
      note(`${name} begins anew: ${error instanceof Error ? error.message : error}`);
      pipeline.beginAnew();
      await world.sleep('300ms');
    }
  }
  crash?.cancel();
  await member.leave().catch((error: Error) => note(`${name} cannot say that it leaves: ${error.message}`));
  note(`${name} leaves`);
  client.close();
  return isDone(world);
}

async function advanceAll(pipeline: Pipeline, partitions: readonly number[]): Promise<'moved' | 'idle'> {
  let turn: 'moved' | 'idle' = 'idle';
  for (const partition of partitions) if (!(await pipeline.advance(partition, fedTo))) turn = 'moved';
  return turn;
}

/** Whether the group is through with everything, as the broker sees it. */
function isDone({ broker }: ChaosWorld): boolean {
  const offsets = broker.group('pipeline')?.offsets ?? [];
  return offsets.length === PARTITIONS && offsets.every(({ offset }) => BigInt(offset) >= fedTo);
}

function idOf(name: string): string {
  return `tx-${name}`;
}
