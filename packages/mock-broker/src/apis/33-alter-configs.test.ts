import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const topic = (value: string | null) => ({
  resources: [{ resourceType: 2, resourceName: 't', configs: [{ name: 'retention.ms', value }] }],
  validateOnly: false,
});

test('names the whole set: what it leaves out goes back to the default', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't', configs: { 'cleanup.policy': 'compact' } }] });
  const answer = await under.call(messages.alterConfigs, { version: 2 }, topic('1000'));
  expect(answer.responses[0]!.errorCode).toBe(0);
  const { configs } = under.cluster.catalog.byName('t')!;
  expect([configs.get('retention.ms'), configs.get('cleanup.policy')]).toEqual(['1000', 'delete']);
});

test('a value that is missing is an invalid request, and nothing changes', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't', configs: { 'retention.ms': '7' } }] });
  const answer = await under.call(messages.alterConfigs, { version: 2 }, topic(null));
  expect(answer.responses[0]!.errorCode).toBe(errorCodes.INVALID_REQUEST);
  expect(under.cluster.catalog.byName('t')!.configs.get('retention.ms')).toBe('7');
});
