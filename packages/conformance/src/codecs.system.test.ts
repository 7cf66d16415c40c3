// needs: java, kcat
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { javaTools, runToEnd } from '@eventstream/tooling';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const count = 10_000;
const codecs = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
type Codec = (typeof codecs)[number];

/** Lines that differ, some of which repeat themselves or each other, so that codecs find something and not too much. */
const lines = Array.from({ length: count }, (_, index) => {
  const random = (index * 2_654_435_761) >>> 0;
  const noise = Array.from({ length: random % 23 }, (_unused, at) => (Math.imul(random, at + 7) >>> 0).toString(36));
  return `${index} ${'again '.repeat(random % 5)}${noise.join('')}`;
});

let folder: string;
let broker: MockBroker;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'eventstream-codecs-'));
  await writeFile(path.join(folder, 'lines'), `${lines.join('\n')}\n`);
  broker = await startMockBroker();
});
afterAll(async () => {
  await broker.close();
  await rm(folder, { recursive: true });
});

/** What `runToEnd` gives is the end of a long output: the whole of it goes to a file. */
async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const file = path.join(folder, 'output');
  await runToEnd('sh', ['-c', '"$0" "$@" > "$OUTPUT"', command, ...args], { name: command, env: { OUTPUT: file } });
  return readFile(file, 'utf8');
}

const kcat = {
  name: 'kcat',
  produce(topic: string, codec: Codec | 'none') {
    const to = ['-b', broker.bootstrapServers, '-t', topic];
    return runToEnd('kcat', ['-P', ...to, '-z', codec, '-l', path.join(folder, 'lines')]);
  },
  consume(topic: string) {
    const from = ['-b', broker.bootstrapServers, '-t', topic, '-o', 'beginning'];
    return outputOf('kcat', ['-C', ...from, '-X', 'check.crcs=true', '-e', '-q']);
  },
};

const java = {
  name: 'Java',
  async produce(topic: string, codec: Codec) {
    const { java: command, classPath } = await javaTools();
    const to = ['--bootstrap-server', broker.bootstrapServers, '--topic', topic, '--compression-codec', codec];
    const program = ['-cp', classPath, 'org.apache.kafka.tools.ConsoleProducer', ...to];
    const env = { INPUT: path.join(folder, 'lines') };
    return runToEnd('sh', ['-c', '"$0" "$@" < "$INPUT"', command, ...program], { name: 'ConsoleProducer', env });
  },
  async consume(topic: string) {
    const { java: command, classPath } = await javaTools();
    const from = ['--bootstrap-server', broker.bootstrapServers, '--topic', topic, '--from-beginning'];
    const program = ['-cp', classPath, 'org.apache.kafka.tools.consumer.ConsoleConsumer', ...from];
    return outputOf(command, [...program, '--max-messages', String(count)]);
  },
};

const linesOf = (output: string) => output.split('\n').filter((line) => /^\d+ /.test(line));

describe.each(codecs)('%s', (codec) => {
  test.each([kcat, java])('of $name is read by the broker', { timeout: 120_000 }, async ({ name, produce }) => {
    const topic = `${codec}-of-${name}`;
    broker.createTopic({ name: topic });
    await produce(topic, codec);
    const records = await broker.topic(topic).records();
    expect(records.map(({ value }) => String(value))).toEqual(lines);
  });

  test('of the broker is read by kcat and by Java', { timeout: 120_000 }, async () => {
    const topic = `${codec}-of-the-broker`;
    broker.createTopic({ name: topic, configs: { 'compression.type': codec } });
    await kcat.produce(topic, 'none');
    expect(linesOf(await kcat.consume(topic))).toEqual(lines);
    expect(linesOf(await java.consume(topic))).toEqual(lines);
  });
});
