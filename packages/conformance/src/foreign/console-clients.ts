import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { javaTools, runToEnd } from '@eventstream/tooling';
import { type ForeignClient, idOf } from './client.ts';

/** kcat, on the distribution's own librdkafka, which is years older than the one Python brings. */
export const kcat: ForeignClient = {
  name: 'kcat',
  id: 'kcat',
  produce: (brokers, topic, count) =>
    withLines('kcat', count, (file) =>
      runToEnd('kcat', ['-P', '-b', brokers, '-t', topic, '-K', ':', '-z', 'gzip', '-l', file]),
    ),
  consume: (brokers, topic, { count, group }) => {
    const options = ['-X', 'auto.offset.reset=earliest', '-X', 'auto.commit.interval.ms=100'];
    return runToEnd('kcat', ['-b', brokers, '-c', String(count), ...options, '-G', group, topic]);
  },
};

const javaName = 'the Java console clients';

/** The console producer and consumer of Apache Kafka itself. */
export const javaConsole: ForeignClient = {
  name: javaName,
  id: idOf(javaName),
  produce: (brokers, topic, count) =>
    withLines(idOf(javaName), count, async (file) => {
      const { java, classPath } = await javaTools();
      const properties = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:'];
      const args = ['-cp', classPath, 'org.apache.kafka.tools.ConsoleProducer', '--bootstrap-server', brokers];
      await runToEnd('sh', ['-c', '"$0" "$@" < "$INPUT"', java, ...args, '--topic', topic, ...properties], {
        name: 'ConsoleProducer',
        env: { INPUT: file },
      });
    }),
  async consume(brokers, topic, { count, group }) {
    const tools = await javaTools();
    const place = ['--bootstrap-server', brokers, '--topic', topic, '--group', group];
    const amount = ['--from-beginning', '--max-messages', String(count), '--timeout-ms', '60000'];
    return tools.run('org.apache.kafka.tools.consumer.ConsoleConsumer', [...place, ...amount]);
  },
};

/** Hands over a file of `key:value` lines. */
async function withLines(id: string, count: number, use: (file: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-foreign-'));
  try {
    const file = path.join(folder, 'lines.txt');
    await writeFile(file, Array.from({ length: count }, (_, n) => `key-${n % 10}:${id}#${n}\n`).join(''));
    await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
