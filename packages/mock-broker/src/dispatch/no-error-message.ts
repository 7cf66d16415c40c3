import { isAtLeast } from '../cluster/releases.ts';
import type { ClusterState } from './context.ts';

/** What stands in the place of an error's message where there is no error: null in old releases, later an empty text. */
export function noErrorMessage({ options }: Pick<ClusterState, 'options'>): string | null {
  return isAtLeast(options.asVersion, '2.8') ? '' : null;
}
