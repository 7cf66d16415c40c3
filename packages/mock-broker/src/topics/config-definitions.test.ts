import { describe, expect, test } from 'vitest';
import { topicConfigsOf } from './config-definitions.ts';
import { ConfigSet } from './configs.ts';

const shown = (release: Parameters<typeof topicConfigsOf>[0]) =>
  new Map(new ConfigSet(topicConfigsOf(release)).entries().map(({ definition, value }) => [definition.name, value]));

describe('topics have the configs of their release', () => {
  test.each([
    ['2.1', 'max.compaction.lag.ms', undefined],
    ['2.1', 'message.format.version', '2.1-IV2'],
    ['2.4', 'max.compaction.lag.ms', '9223372036854775807'],
    ['2.4', 'max.message.bytes', '1000012'],
    ['2.4', 'message.format.version', '2.4-IV1'],
    ['2.4', 'compression.gzip.level', undefined],
    ['2.8', 'max.message.bytes', '1048588'],
    ['2.8', 'message.timestamp.after.max.ms', undefined],
    ['3.5', 'local.retention.ms', undefined],
    ['3.9', 'message.timestamp.after.max.ms', '9223372036854775807'],
    ['3.9', 'message.format.version', '3.0-IV1'],
    ['3.9', 'message.downconversion.enable', 'true'],
    ['3.9', 'compression.gzip.level', '-1'],
    ['4.0', 'message.timestamp.after.max.ms', '3600000'],
    ['4.0', 'message.format.version', undefined],
    ['4.0', 'message.timestamp.difference.max.ms', undefined],
  ] as const)('Kafka %s, %s: %s', (release, name, value) => {
    expect(shown(release).get(name)).toBe(value);
  });

  test('what a release does not know cannot be set, and has its default all the same', () => {
    const configs = new ConfigSet(topicConfigsOf('2.4'));
    expect(configs.complain('compression.gzip.level', '1')?.message).toBe(
      'Unknown config name: compression.gzip.level',
    );
    expect(configs.number('compression.gzip.level')).toBe(-1);
  });
});
