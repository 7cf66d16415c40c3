import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const topicResource = { resourceType: 2, resourceName: 't' };

function withTopic() {
  const under = clusterUnderTest({ topics: [{ name: 't', configs: { 'retention.ms': '5' } }] });
  const describeAll = (keys: string[] | null = null, resource = topicResource) =>
    under.call(
      messages.describeConfigs,
      { version: 4 },
      {
        resources: [{ ...resource, configurationKeys: keys }],
        includeSynonyms: true,
      },
    );
  const value = async (name: string) => (await describeAll([name])).results[0]?.configs[0]?.value;
  return { under, describeAll, value };
}

describe('DescribeConfigs', () => {
  test('shows values with type and source', async () => {
    const { describeAll } = withTopic();
    const all = (await describeAll()).results[0]!.configs;
    expect(all.length).toBeGreaterThan(25);
    expect(all.find(({ name }) => name === 'retention.ms')).toMatchObject({
      value: '5',
      configSource: 1,
      configType: 5,
      synonyms: [{ name: 'retention.ms', value: '5', source: 1 }],
    });
    expect(all.find(({ name }) => name === 'cleanup.policy')).toMatchObject({
      value: 'delete',
      configSource: 5,
      configType: 7,
    });
  });

  test('shows what the cluster runs with', async () => {
    const { describeAll } = withTopic();
    const broker = await describeAll(['num.partitions'], { resourceType: 4, resourceName: '1' });
    expect(broker.results[0]?.configs).toMatchObject([{ value: '1', configSource: 4, readOnly: true }]);
  });

  test('what a topic does not say has the broker’s name, where the broker has a value', async () => {
    const { under, describeAll } = withTopic();
    const synonyms = async (name: string) => (await describeAll([name])).results[0]?.configs[0]?.synonyms;
    expect(await synonyms('max.message.bytes')).toEqual([{ name: 'message.max.bytes', value: '1048588', source: 5 }]);
    expect(await synonyms('segment.ms')).toEqual([]);
    under.cluster.brokerConfigs.set('message.max.bytes', '7');
    expect(await synonyms('max.message.bytes')).toEqual([
      { name: 'message.max.bytes', value: '7', source: 3 },
      { name: 'message.max.bytes', value: '1048588', source: 5 },
    ]);
  });

  test('a broker has every config of a real one, and shows no secret', async () => {
    const { describeAll } = withTopic();
    const all = (await describeAll(null, { resourceType: 4, resourceName: '1' })).results[0]!.configs;
    expect(all).toHaveLength(340);
    expect(all.find(({ name }) => name === 'ssl.key.password')).toMatchObject({ value: null, isSensitive: true });
    expect(all.find(({ name }) => name === 'log.retention.ms')).toMatchObject({ value: null, configSource: 5 });
  });

  test('refuses what it does not know', async () => {
    const { describeAll } = withTopic();
    const errorOf = async (resourceType: number, resourceName: string) =>
      (await describeAll(null, { resourceType, resourceName })).results[0]?.errorCode;
    expect(await errorOf(2, 'nope')).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION);
    expect(await errorOf(4, '9')).toBe(errorCodes.INVALID_REQUEST);
    expect(await errorOf(99, 'x')).toBe(errorCodes.INVALID_REQUEST);
  });
});

describe('AlterConfigs of a broker', () => {
  const broker = { resourceType: 4, resourceName: '1' };
  const alter = async (under: ReturnType<typeof clusterUnderTest>, name: string, value: string) => {
    const resources = [{ ...broker, configs: [{ name, value }] }];
    return (await under.call(messages.alterConfigs, { version: 2 }, { resources, validateOnly: false })).responses[0];
  };

  test('leaves in place what it was started with', async () => {
    const under = clusterUnderTest({ configs: { 'log.retention.bytes': '5' } });
    expect(await alter(under, 'log.cleaner.threads', '2')).toMatchObject({ errorCode: 0 });
    expect(under.cluster.brokerConfigs.get('log.retention.bytes')).toBe('5');
    expect(under.cluster.brokerConfigs.get('log.cleaner.threads')).toBe('2');
  });

  test('takes names it does not know, and keeps them to itself', async () => {
    const under = clusterUnderTest();
    expect(await alter(under, 'my.plugin.setting', 'x')).toMatchObject({ errorCode: 0 });
    const shown = under.cluster.brokerConfigs.entries().map(({ definition }) => definition.name);
    expect(shown).not.toContain('my.plugin.setting');
  });

  test.each([
    ['log.cleaner.enable', 'false', 'Cannot update these configs dynamically: Set(log.cleaner.enable)'],
    ['log.retention.bytes', 'much', 'Invalid value much for configuration log.retention.bytes'],
  ])('refuses %s=%s', async (name, value, errorMessage) => {
    const answer = await alter(clusterUnderTest(), name, value);
    expect(answer).toMatchObject({ errorCode: errorCodes.INVALID_REQUEST, errorMessage });
  });
});

describe('AlterConfigs', () => {
  const alter = (
    under: ReturnType<typeof clusterUnderTest>,
    name: string,
    value: string | null,
    validateOnly = false,
  ) =>
    under.call(
      messages.alterConfigs,
      { version: 2 },
      { resources: [{ ...topicResource, configs: [{ name, value }] }], validateOnly },
    );

  test('what it leaves out goes back to the default', async () => {
    const { under, value } = withTopic();
    await alter(under, 'cleanup.policy', 'compact');
    expect([await value('cleanup.policy'), await value('retention.ms')]).toEqual(['compact', '604800000']);
  });

  test('an invalid value, and a trial, change nothing', async () => {
    const { under, value } = withTopic();
    expect((await alter(under, 'cleanup.policy', 'burn')).responses[0]?.errorCode).toBe(errorCodes.INVALID_CONFIG);
    expect((await alter(under, 'cleanup.policy', 'compact', true)).responses[0]?.errorCode).toBe(0);
    expect([await value('cleanup.policy'), await value('retention.ms')]).toEqual(['delete', '5']);
  });
});

describe('IncrementalAlterConfigs', () => {
  const change = (name: string, configOperation: number, value: string | null) => ({ name, configOperation, value });
  const alter = async (under: ReturnType<typeof clusterUnderTest>, ...configs: ReturnType<typeof change>[]) =>
    (
      await under.call(
        messages.incrementalAlterConfigs,
        { version: 1 },
        { resources: [{ ...topicResource, configs }], validateOnly: false },
      )
    ).responses[0]?.errorCode;

  test('sets, deletes, appends and subtracts', async () => {
    const { under, value } = withTopic();
    expect(
      await alter(
        under,
        change('segment.ms', 0, '9'),
        change('retention.ms', 1, null),
        change('cleanup.policy', 2, 'compact'),
      ),
    ).toBe(0);
    expect([await value('segment.ms'), await value('retention.ms'), await value('cleanup.policy')]).toEqual([
      '9',
      '604800000',
      'delete,compact',
    ]);
    expect(await alter(under, change('cleanup.policy', 3, 'delete'))).toBe(0);
    expect(await value('cleanup.policy')).toBe('compact');
  });

  test('applies wholly or not at all', async () => {
    const { under, value } = withTopic();
    expect(await alter(under, change('segment.ms', 0, '9'), change('no.such', 0, '1'))).toBe(errorCodes.INVALID_CONFIG);
    expect(await alter(under, change('segment.ms', 2, '9'))).toBe(errorCodes.INVALID_CONFIG);
    expect(await alter(under, change('segment.ms', 0, '9'), change('segment.ms', 0, '8'))).toBe(
      errorCodes.INVALID_REQUEST,
    );
    expect(await value('segment.ms')).toBe('604800000');
  });

  test.each([
    ['min.insync.replicas', ['1', '2147483647'], ['0', '2147483648']],
    ['retention.ms', ['-1', '9223372036854775807'], ['-2', '9223372036854775808', '1.5', '']],
    ['compression.gzip.level', ['-1', '9'], ['0', '10']],
    ['compression.zstd.level', ['-131072', '22'], ['-131073', '23']],
    ['segment.bytes', ['1048576'], ['1048575']],
    ['min.cleanable.dirty.ratio', ['0', '0.5', '1'], ['-0.1', '1.1', 'x']],
    ['cleanup.policy', ['', 'compact, delete'], ['compact,keep']],
    ['leader.replication.throttled.replicas', ['', '*', '0:1,1:2'], ['all', '0']],
    ['remote.storage.enable', ['false'], ['true']],
    ['preallocate', ['true'], ['yes']],
  ])('%s takes %j and refuses %j', async (name, taken, refused) => {
    const { under } = withTopic();
    const set = (value: string) => alter(under, change(name, 0, value));
    for (const value of taken) expect(await set(value), `"${value}"`).toBe(0);
    for (const value of refused) expect(await set(value), `"${value}"`).toBe(errorCodes.INVALID_CONFIG);
  });
});
