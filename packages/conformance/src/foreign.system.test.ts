// needs: java, kcat, confluent-kafka, kafka-python
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { javaTools, runToEnd } from '@eventstream/tooling';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const count = 100;
const partitions = 3;

/** A client of another language: produces `value-0…` under ten keys, and reads a topic to its end in a group and commits. */
interface ForeignClient {
  readonly name: string;
  produce(broker: MockBroker, topic: string): Promise<unknown>;
  /** Resolves with the values read. */
  consume(broker: MockBroker, topic: string, group: string): Promise<readonly string[]>;
}

const lines = Array.from({ length: count }, (_, index) => `key-${index % 10}:value-${index}\n`).join('');
const valuesIn = (output: string) => [...output.matchAll(/value-\d+/g)].map(([value]) => value);

async function inputFile(): Promise<string> {
  const file = path.join(tmpdir(), `eventstream-foreign-${process.pid}.txt`);
  await writeFile(file, lines);
  return file;
}

const kcat: ForeignClient = {
  name: 'kcat',
  async produce(broker, topic) {
    await runToEnd('kcat', [
      '-P',
      '-b',
      broker.bootstrapServers,
      '-t',
      topic,
      '-K',
      ':',
      '-z',
      'gzip',
      '-l',
      await inputFile(),
    ]);
  },
  async consume(broker, topic, group) {
    const options = ['-X', 'auto.offset.reset=earliest', '-X', 'auto.commit.interval.ms=100'];
    return valuesIn(
      await runToEnd('kcat', ['-b', broker.bootstrapServers, '-c', String(count), ...options, '-G', group, topic]),
    );
  },
};

function python(name: string, script: string): ForeignClient {
  const file = path.join(import.meta.dirname, '../foreign', script);
  const run = (verb: string, broker: MockBroker, ...rest: readonly string[]) =>
    runToEnd('python3', [file, verb, broker.bootstrapServers, rest[0] as string, String(count), ...rest.slice(1)]);
  return {
    name,
    produce: (broker, topic) => run('produce', broker, topic),
    consume: async (broker, topic, group) => valuesIn(await run('consume', broker, topic, group)),
  };
}

const java: ForeignClient = {
  name: 'the Java console clients',
  async produce(broker, topic) {
    const { java: command, classPath } = await javaTools();
    const properties = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:'];
    const args = [
      '-cp',
      classPath,
      'org.apache.kafka.tools.ConsoleProducer',
      '--bootstrap-server',
      broker.bootstrapServers,
      '--topic',
      topic,
      ...properties,
    ];
    await runToEnd('sh', ['-c', '"$0" "$@" < "$INPUT"', command, ...args], {
      name: 'ConsoleProducer',
      env: { INPUT: await inputFile() },
    });
  },
  async consume(broker, topic, group) {
    const tools = await javaTools();
    const args = [
      '--bootstrap-server',
      broker.bootstrapServers,
      '--topic',
      topic,
      '--group',
      group,
      '--from-beginning',
      '--max-messages',
      String(count),
    ];
    return valuesIn(await tools.run('org.apache.kafka.tools.consumer.ConsoleConsumer', args));
  },
};

const clients = [
  kcat,
  python('confluent-kafka', 'confluent_client.py'),
  python('kafka-python', 'kafka_python_client.py'),
  java,
];
const wanted = Array.from({ length: count }, (_, index) => `value-${index}`).sort();

describe.each([1, 3] as const)('on a mock broker of %d node(s)', (nodes) => {
  let broker: MockBroker;
  beforeAll(async () => {
    broker = await startMockBroker({ nodes });
  });
  afterAll(() => broker.close());

  describe.each(clients)('$name', (client) => {
    const topic = `from-${client.name.replaceAll(/\W/g, '-')}`;

    test('produces what is stored, keys and partitions intact', { timeout: 120_000 }, async () => {
      broker.createTopic({ name: topic, partitions });
      await client.produce(broker, topic);
      const records = await broker.topic(topic).records();
      expect(records.map(({ value }) => String(value)).sort()).toEqual(wanted);
      const places = new Set(records.map(({ key, partition }) => `${key} on ${partition}`));
      expect(places.size, `ten keys, each on one partition: ${[...places].join(', ')}`).toBe(10);
    });

    test.each(clients)(
      'is read by $name in a group, which commits to the end',
      { timeout: 120_000 },
      async (reader) => {
        const group = `${topic}-read-by-${reader.name.replaceAll(/\W/g, '-')}`;
        expect([...(await reader.consume(broker, topic, group))].sort()).toEqual(wanted);
        const total = (broker.group(group)?.offsets ?? []).reduce((sum, { offset }) => sum + Number(offset), 0);
        expect(total, 'the sum of committed offsets').toBe(count);
      },
    );
  });
});
