import type { ApiDefinition } from '../dispatch/define-api.ts';
import { type KafkaRelease, rangeIn } from './releases.ts';

/**
 * The APIs as a release would serve them: without those it does not know, in no version it does not have. What is shown
 * to clients begins where the release begins, if the broker serves the API from its lowest version on.
 */
export function actAs(release: KafkaRelease, apis: readonly ApiDefinition[]): readonly ApiDefinition[] {
  return apis.flatMap((api) => {
    const range = rangeIn(release, api.message.key);
    const versions = range && common(range, api.versions);
    return versions
      ? [{ ...api, versions, advertised: common(range, api.advertised ?? api.versions) ?? versions }]
      : [];
  });
}

function common(
  [lowest, highest]: readonly [number, number],
  [from, to]: readonly [number, number],
): readonly [number, number] | undefined {
  const both = [Math.max(lowest, from), Math.min(highest, to)] as const;
  return both[0] <= both[1] ? both : undefined;
}
