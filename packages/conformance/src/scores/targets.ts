import { startMockBroker } from '@eventstream/mock-broker';
import { startRealKafka } from '@eventstream/tooling';
import type { Target } from './record.ts';

/** A cluster for a suite to run against. */
export type RunningTarget = AsyncDisposable & { readonly bootstrapServers: string };

const partitions = 4;

/** Some tests take it for granted that consumers started one after the other are in the first generation together; Kafka's default is 3 s. */
const initialRebalanceDelayMs = 500;

/**
 * A cluster as the suite expects one: topics come into being when asked for, with four partitions; access rules can be
 * stored, and what no rule is about is allowed.
 */
export async function startTarget(target: Target): Promise<RunningTarget> {
  if (target === 'kafka') {
    // One node: with an authorizer and without super users, whom no rule could refuse, several would not let each other in.
    return startRealKafka({
      heap: '1g',
      properties: {
        'num.partitions': String(partitions),
        'group.initial.rebalance.delay.ms': String(initialRebalanceDelayMs),
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'allow.everyone.if.no.acl.found': 'true',
      },
    });
  }
  // One of the tests writes 500 MB to one partition and reads it from the beginning.
  return startMockBroker({
    ...{ nodes: 3, partitions, initialRebalanceDelayMs },
    ...{ logBytes: 2 ** 30, acls: { allowIfNoneFound: true } },
  });
}
