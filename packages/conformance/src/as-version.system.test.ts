// needs: kcat
import { type KafkaRelease, startMockBroker } from '@eventstream/mock-broker';
import { runToEnd } from '@eventstream/tooling';
import { expect, test } from 'vitest';

test.each<KafkaRelease>(['2.1', '2.8', '4.3'])(
  'kcat reads in a group what it wrote, on a broker that acts as %s',
  {
    timeout: 60_000,
  },
  async (asVersion) => {
    await using broker = await startMockBroker({ asVersion, topics: [{ name: 'orders' }] });
    const kcat = (...args: readonly string[]) => runToEnd('kcat', ['-b', broker.bootstrapServers, ...args]);
    await runToEnd('sh', [
      '-c',
      'printf "one\\ntwo\\n" | kcat "$@"',
      'kcat',
      '-P',
      '-b',
      broker.bootstrapServers,
      '-t',
      'orders',
    ]);

    const read = await kcat('-X', 'auto.offset.reset=earliest', '-c', '2', '-G', 'billing', 'orders');

    expect(read.match(/^(one|two)$/gm)).toEqual(['one', 'two']);
    const versions = await kcat('-L', '-d', 'feature');
    expect(versions).toContain('topic "orders" with 1 partitions');
  },
);
