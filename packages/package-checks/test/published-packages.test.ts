import { describe, expect, test } from 'vitest';
import { judgeTarball } from '../src/checks/published-packages.ts';
import { readTarball } from '../src/packed/tarball.ts';
import { tarballOf } from './tarball.ts';

const manifest = {
  name: '@eventstream/sample',
  version: '1.0.0',
  description: 'A sample.',
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
};
const good = {
  'package.json': manifest,
  LICENSE: 'the license',
  'README.md': '# sample',
  'dist/index.js': 'export const answer = 42;\n',
  'dist/index.d.ts': 'export declare const answer: number;\n',
};

async function whatIsFound(files: Readonly<Record<string, unknown>>): Promise<string> {
  const findings = await judgeTarball('packages/sample', tarballOf(files));
  return findings.map(({ what, why }) => `${what} ${why}`).join('\n');
}

test('a tarball is read as it was written', () => {
  expect([...readTarball(tarballOf(good)).keys()]).toEqual(Object.keys(good));
  expect(readTarball(tarballOf(good)).get('dist/index.js')).toBe('export const answer = 42;\n');
});

describe('a packed package', () => {
  test('that is right has no findings', async () => {
    expect(await whatIsFound(good)).toBe('');
  });

  test('that still names the workspace is refused', async () => {
    const exports = { '.': { '@eventstream/source': './src/index.ts', ...manifest.exports['.'] } };
    const dependencies = { zod: 'catalog:' };
    const found = await whatIsFound({ ...good, 'package.json': { ...manifest, exports, dependencies } });
    expect(found).toMatch(/still says "@eventstream\/source"/);
    expect(found).toMatch(/still says "catalog:"/);
  });

  test('whose code imports what it does not declare is refused', async () => {
    expect(await whatIsFound({ ...good, 'dist/index.js': "import 'hono';\nexport const answer = 42;\n" })).toMatch(
      /imports hono, which the package does not declare.*ERR_MODULE_NOT_FOUND/s,
    );
  });

  test('whose types import what it does not declare is refused', async () => {
    const types = "import { z } from 'zod';\nexport declare const answer: z.ZodNumber;\n";
    expect(await whatIsFound({ ...good, 'dist/index.d.ts': types })).toMatch(/imports zod.*full of "any"/s);
  });

  test('without license or readme is refused', async () => {
    const { LICENSE: _, 'README.md': __, ...without } = good;
    expect(await whatIsFound(without)).toMatch(/no LICENSE.*no README\.md/s);
  });

  test('whose entry was not built is refused (publint)', async () => {
    const { 'dist/index.js': _, ...without } = good;
    expect(await whatIsFound(without)).toMatch(/FILE_DOES_NOT_EXIST/);
  });

  test('whose types are those of another module kind is refused (attw)', async () => {
    const exports = { '.': { types: './dist/index.d.cts', default: './dist/index.js' } };
    const { 'dist/index.d.ts': types, ...without } = good;
    const found = await whatIsFound({
      ...without,
      'package.json': { ...manifest, exports },
      'dist/index.d.cts': types,
    });
    expect(found).toMatch(/Types and code disagree: FalseCJS/);
  });

  test('without types is refused', async () => {
    const exports = { '.': './dist/index.js' };
    const { 'dist/index.d.ts': _, ...without } = good;
    expect(await whatIsFound({ ...without, 'package.json': { ...manifest, exports } })).toMatch(/ships no types/);
  });
});
