import { startMockBroker } from '@eventstream/mock-broker';
import { startRealKafka } from '@eventstream/tooling';

/** A cluster that Java programs are run against. */
export interface Cluster extends AsyncDisposable {
  readonly bootstrapServers: string;
}

type Size = 1 | 3;

/** Members whose partitions the broker assigns hear of it with a heartbeat: by default every 5 s, which a test would wait for. */
const heartbeats = {
  'group.consumer.min.heartbeat.interval.ms': '200',
  'group.consumer.heartbeat.interval.ms': '200',
  'group.share.min.heartbeat.interval.ms': '200',
  'group.share.heartbeat.interval.ms': '200',
};

/** Both kinds of cluster with the same settings: access rules that let everybody in, and as many partitions by default. */
export const clusters = {
  mock: (nodes: Size): Promise<Cluster> =>
    startMockBroker({ nodes, partitions: nodes, acls: { superUsers: ['User:ANONYMOUS'] }, configs: heartbeats }),
  kafka: (nodes: Size): Promise<Cluster> =>
    startRealKafka({
      nodes,
      properties: {
        ...heartbeats,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
        // How often Kafka looks for transactions left open; by default 10 s, which a test would wait for.
        'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
      },
    }),
} as const;
