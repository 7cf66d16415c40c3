import type { ChaosProfile } from '../chaos/profile.ts';
import type { ChaosRunOptions } from '../chaos/run.ts';
import { feedPipeline, type PipelineKind, runPipeline } from './pipeline.ts';

/** Everything a transactional producer depends on, all within the time the pipeline takes. */
export const pipelineProfile: ChaosProfile = {
  nodes: 3,
  topics: [
    { name: 'in', partitions: 2 },
    { name: 'out', partitions: 2 },
  ],
  coordinated: ['tx', 'pipeline'],
  apis: [
    'Produce',
    'Fetch',
    'OffsetFetch',
    'OffsetCommit',
    'InitProducerId',
    'AddPartitionsToTxn',
    'AddOffsetsToTxn',
    'TxnOffsetCommit',
    'EndTxn',
  ],
  steps: 10,
  within: '100ms',
};

/** The pipeline under it. */
export const pipelineChaos = (kind: PipelineKind, seeds: ChaosRunOptions['seeds']): ChaosRunOptions => ({
  seeds,
  profile: pipelineProfile,
  prepare: feedPipeline,
  scenario: (world) => runPipeline(world, kind),
});
