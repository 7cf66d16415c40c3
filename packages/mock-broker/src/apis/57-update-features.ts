import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/**
 * UpdateFeatures raises or lowers feature levels (KIP-584). Levels are options of this cluster and stay as they are.
 *
 * One that cannot be changed refuses all, in every version (KIP-1022).
 */
export const updateFeatures = defineApi(messages.updateFeatures, {
  versions: [0, 2],
  limits: ['A feature’s level cannot be changed while the cluster runs: INVALID_UPDATE_VERSION.'],
  handle(_context, { featureUpdates }) {
    const [first] = featureUpdates;
    if (!first) return { throttleTimeMs: 0, errorCode: 0, errorMessage: null, results: [] };
    const problem = `Invalid update version ${first.maxVersionLevel} for feature ${first.feature}. Levels are fixed here.`;
    const errorMessage = `The update failed for all features since the following feature had an error: ${problem}`;
    return { throttleTimeMs: 0, errorCode: codeOf('INVALID_UPDATE_VERSION'), errorMessage, results: [] };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, errorMessage: null, results: [] }),
});
