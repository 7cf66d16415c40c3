// needs: confluent-kafka, kafka-python, go
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confluentAdmin, kafkaPythonAdmin, sarama } from './foreign/clients.ts';

/** The steps, and what each client reads back after them. */
const steps = {
  created: '3 partitions, retention.ms=3600000',
  grown: '6 partitions',
  altered: 'retention.ms=7200000',
  'records deleted': 'earliest 4, latest 10',
  group: 'listed true, Empty, offset 7',
  'group deleted': 'listed false',
  rules: '1 added, 1 deleted, 0 left',
  credentials: 'SCRAM-SHA-256 8192, then 0',
  'topic left': 'false',
};

describe.each([1, 3] as const)('on a mock broker of %d node(s)', (nodes) => {
  let broker: MockBroker;
  beforeAll(async () => {
    // Rules can be managed only where an authorizer is.
    broker = await startMockBroker({ nodes, acls: { superUsers: ['User:ANONYMOUS'] } });
  });
  afterAll(() => broker.close());

  test.each([confluentAdmin, kafkaPythonAdmin, sarama])(
    '$name manages topics, configs, records, groups, offsets, access rules and SCRAM users',
    async (client) => {
      const output = await client.run('admin', broker.bootstrapServers, `managed-by-${client.id}`);
      const printed = [...output.matchAll(/^([a-z ]+)\t(.*)$/gm)].map(([, step, result]) => [step, result]);
      expect(Object.fromEntries(printed), output).toEqual(steps);
    },
  );
});
