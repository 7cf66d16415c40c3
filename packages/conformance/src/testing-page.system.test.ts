// needs: java, confluent-kafka, kafka-python, aiokafka, pytest
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { classPathOf, javaTools, runToEnd } from '@eventstream/tooling';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const page = path.join(import.meta.dirname, '../../../docs/guides/testing.md');
let folder: string;
let program: string;

/** The programs of the page that say in their first line which file they are. */
async function files(): Promise<readonly { readonly name: string; readonly code: string }[]> {
  const blocks = (await readFile(page, 'utf8')).matchAll(/^```\w+\n((?:#|\/\/) ([\w-]+\.\w+)[\s\S]*?)^```$/gm);
  return [...blocks].map(([, code = '', name = '']) => ({ name, code }));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'eventstream-testing-page-'));
  for (const { name, code } of await files()) await writeFile(path.join(folder, name), code);
  // A user has the package installed; here its program is bundled from the sources.
  const bundle = path.join(folder, 'bundle.mjs');
  program = `${process.execPath} ${bundle}`;
  await build({
    entryPoints: [path.join(import.meta.dirname, '../../mock-broker/src/bin.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@eventstream/source'],
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(['test_confluent_kafka.py', 'test_kafka_python.py', 'test_aiokafka.py'])('%s passes', async (name) => {
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', name];
  const output = await runToEnd('python3', args, { cwd: folder, env: { MOCK_BROKER: program } });
  expect(output).toMatch(/\b1 passed\b/);
});

test('OrdersTest.java passes', async () => {
  const { java, classPath } = await javaTools();
  const junit = await classPathOf('junit-console');
  const classes = path.join(folder, 'classes');
  const sources = ['MockBroker.java', 'OrdersTest.java'];
  const compiler = java.replace(/java(\.exe)?$/, 'javac$1');
  await runToEnd(compiler, ['-d', classes, '-cp', `${classPath}${path.delimiter}${junit}`, ...sources], {
    cwd: folder,
  });
  const all = [classes, classPath, junit].join(path.delimiter);
  const run = ['-cp', all, 'org.junit.platform.console.ConsoleLauncher', 'execute', '--scan-class-path', classes];
  const output = await runToEnd(java, run, { cwd: folder, env: { MOCK_BROKER: program } });
  expect(output).toMatch(/1 tests successful/);
});
