import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { neededParts, systemTestFiles } from '../bin/lib/needed-parts.mjs';
import { isNewEnough, neededNode } from '../bin/lib/node-version.mjs';
import { isPresent } from '../bin/lib/parts.mjs';
import { root, rootManifest } from '../bin/lib/workspace.mjs';
import { startProcess } from '../src/index.ts';

describe('the Node version', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s is new enough', (version) => {
    expect(isNewEnough(version)).toBe(true);
  });

  test.each(['14.21.3', '18.20.0', '20.18.3'])('%s is too old', (version) => {
    expect(isNewEnough(version)).toBe(false);
  });

  test('is the one package.json asks for', () => {
    expect(rootManifest().engines.node).toBe(`>=${neededNode.join('.')}`);
  });

  test.each(['start', 'test', 'system', 'bench'])(
    '%s.mjs imports nothing at first that an old Node cannot parse',
    (name) => {
      const entry = readFileSync(path.join(root, `packages/tooling/bin/${name}.mjs`), 'utf8');
      const statically = [...entry.matchAll(/^import .* from '(.*)'/gm)].map((match) => match[1]);
      expect(statically).toEqual(['./lib/node-version.mjs']);
    },
  );
});

describe('the parts system tests need', () => {
  test('are named by every system test file, and known', () => {
    expect(() => neededParts(systemTestFiles([]))).not.toThrow();
  });

  test('follow the files a run is narrowed to', () => {
    expect(systemTestFiles(['tooling/test/real-kafka.system'])).toEqual([
      'packages/tooling/test/real-kafka.system.test.ts',
    ]);
    expect(neededParts(systemTestFiles(['tooling/test/real-kafka.system']))).toEqual(['java', 'maven']);
  });

  test('a file that does not say what it needs is refused by name', () => {
    expect(() => neededParts(['packages/tooling/src/index.ts'])).toThrow(/index\.ts does not say what it needs/);
  });

  test('a part is present only if each of its probes succeeds', () => {
    const ok = [process.execPath, '-e', ''];
    expect(isPresent({ what: 'x', probes: [ok], install: [] })).toBe(true);
    expect(isPresent({ what: 'x', probes: [ok, [process.execPath, '-e', 'process.exit(3)']], install: [] })).toBe(
      false,
    );
    expect(isPresent({ what: 'x', probes: [['no-such-program']], install: [] })).toBe(false);
  });
});

describe('the count of a CI run', () => {
  const count = path.join(root, 'packages/tooling/bin/count-results.mjs');
  const vitest = { numPassedTests: 5, numFailedTests: 0, testResults: [] };
  const steps = [
    { name: 'lint', code: 0 },
    { name: 'tests (vitest)', code: 0, countsItself: true },
  ];

  async function counted(files: Readonly<Record<string, unknown>>, commandFailed = '0') {
    const folder = mkdtempSync(path.join(tmpdir(), 'eventstream-count-'));
    for (const [name, content] of Object.entries(files))
      writeFileSync(path.join(folder, name), JSON.stringify(content));
    const child = await startProcess(process.execPath, [count, folder, commandFailed]);
    const { code } = await child.exited;
    return { code, last: child.output().trim().split('\n').at(-1) };
  }

  test('sums tests and steps', async () => {
    expect(await counted({ 'a.json': vitest, 'b.json': vitest, 'c.json': steps })).toEqual({
      code: 0,
      last: '11 passed, 0 failed',
    });
  });

  test('fails for a failed test, a failed step and a file that fails before its tests', async () => {
    const broken = { ...vitest, numFailedTests: 1, testResults: [{ status: 'failed', assertionResults: [] }] };
    const lint = [{ name: 'lint', code: 1 }];
    expect(await counted({ 'a.json': broken, 'b.json': lint })).toEqual({ code: 1, last: '5 passed, 3 failed' });
  });

  test('fails when a command failed although every test passed, and when nothing ran', async () => {
    expect(await counted({ 'a.json': vitest }, '1')).toEqual({ code: 1, last: '5 passed, 1 failed' });
    expect((await counted({})).code).toBe(1);
  });
});
