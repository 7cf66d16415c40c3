import { apiByKey } from '@eventstream/kafka-protocol';
import type { Ranges } from '../play.ts';
import type { Script } from '../script.ts';
import { configsScript } from './configs.ts';
import { consumerGroupChangesScript } from './consumer-group-changes.ts';
import { consumerGroupsScript } from './consumer-groups.ts';
import { groupsScript } from './groups.ts';
import { metadataScript } from './metadata.ts';
import { produceFetchScript } from './produce-fetch.ts';
import { securityScript } from './security.ts';
import { shapes } from './shapes.ts';
import { topicsScript } from './topics.ts';
import { transactionsScript } from './transactions.ts';

/** Every script, in the order in which both brokers hear them. */
export function allScripts(mockRanges: Ranges): readonly Script[] {
  const apis = [...mockRanges.keys()].map(apiByKey).filter((api) => api !== undefined);
  return [
    metadataScript,
    produceFetchScript,
    groupsScript,
    consumerGroupsScript,
    consumerGroupChangesScript,
    transactionsScript,
    topicsScript,
    configsScript,
    securityScript,
    shapes(apis),
  ];
}
