import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { neededParts, systemTestFiles } from '../bin/lib/needed-parts.mjs';
import { isNewEnough, neededNode } from '../bin/lib/node-version.mjs';
import { isPresent } from '../bin/lib/parts.mjs';
import { root, rootManifest } from '../bin/lib/workspace.mjs';

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
    expect(systemTestFiles(['real-kafka.system'])).toEqual(['packages/tooling/test/real-kafka.system.test.ts']);
    expect(neededParts(systemTestFiles(['real-kafka.system']))).toEqual(['java']);
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
