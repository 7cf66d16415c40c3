import type { ClusterOptions, MockBrokerOptions } from '../cluster/options.ts';
import { MockBrokerError } from '../errors.ts';
import { KeptCluster } from './kept-cluster.ts';

/** The directory of the `persist` option, if it is given. @throws MockBrokerError what {@link KeptCluster} throws */
export function openKept({ persist, from }: MockBrokerOptions, resolved: ClusterOptions): KeptCluster | undefined {
  if (persist === undefined) return undefined;
  if (persist === '') throw invalid('is empty: name a directory.');
  const kept = new KeptCluster(persist, resolved);
  if (!from || !kept.past) return kept;
  void kept.close();
  throw invalid(
    `is ${persist}, which holds a cluster already, and so does \`from\`: give one of the two, or an empty directory.`,
  );
}

function invalid(complaint: string): MockBrokerError {
  return new MockBrokerError('INVALID_OPTION', `Option persist ${complaint}`, { option: 'persist' });
}
