import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { userCache } from '@eventstream/tooling';
import { type ForeignClient, foreignProgram, programs } from './client.ts';
import { javaConsole, kcat } from './console-clients.ts';
import { goProgram } from './go-program.ts';

const python = (name: string, script: string) =>
  foreignProgram(name, async () => ['python3', path.join(programs, script)]);

export const confluentKafka = python('confluent-kafka', 'confluent_client.py');
export const kafkaPython = python('kafka-python', 'kafka_python_client.py');
export const aiokafka = python('aiokafka', 'aiokafka_client.py');

export const franzGo = foreignProgram('franz-go', async () => [await goProgram('franz')]);
export const sarama = foreignProgram('sarama', async () => [await goProgram('sarama')]);

const platformaticProgram = path.join(programs, 'platformatic-client.mjs');

/** The last version for the Node that runs these tests: a development dependency like any other. */
export const platformatic1 = foreignProgram(
  '@platformatic/kafka 1',
  async () => [process.execPath, platformaticProgram],
  {
    PLATFORMATIC: pathToFileURL(createRequire(import.meta.url).resolve('@platformatic/kafka')).href,
  },
);

const node24 = path.join(userCache('node-24'), 'node_modules');

/** The newest one, which needs a newer Node; the part `node-24` of the system tests installs both outside the checkout. */
export const platformatic2 = foreignProgram(
  '@platformatic/kafka 2 on Node 24',
  async () => [path.join(node24, `node-${process.platform}-${process.arch}`, 'bin/node'), platformaticProgram],
  { PLATFORMATIC: pathToFileURL(path.join(node24, '@platformatic/kafka/dist/index.js')).href },
);

/** Their admin clients, which take the verb `admin` alone. */
export const confluentAdmin = python('confluent-kafka', 'confluent_admin.py');
export const kafkaPythonAdmin = python('kafka-python', 'kafka_python_admin.py');

/** Its consumer of share groups, which takes the verb `share` alone. */
export const confluentShare = python('confluent-kafka', 'confluent_share.py');

/** All that read and write. */
export const clients: readonly ForeignClient[] = [
  kcat,
  confluentKafka,
  kafkaPython,
  aiokafka,
  franzGo,
  sarama,
  platformatic1,
  platformatic2,
  javaConsole,
];
