import { expect, test } from 'vitest';
import { declaredImports } from '../src/checks/declared-imports.ts';
import { plant, published } from './plant.ts';

async function whatIsFound(file: string, text: string): Promise<readonly string[]> {
  const repository = plant({
    'package.json': { devDependencies: { vitest: '4' } },
    'packages/producer/package.json': published('@eventstream/producer', {
      dependencies: { zod: '4' },
      devDependencies: { 'fast-check': '4' },
    }),
    [file]: text,
  });
  return (await declaredImports.find(repository)).map(({ where, what }) => `${where} ${what}`);
}

const source = 'packages/producer/src/a.ts';

test('what is declared may be imported, Node with its prefix', async () => {
  expect(await whatIsFound(source, "import 'zod/v4'; import 'node:fs'; import './b.ts';")).toEqual([]);
});

test('what is not declared is refused', async () => {
  expect(await whatIsFound(source, "import 'hono/tiny';")).toEqual([
    `${source}:1 @eventstream/producer imports hono, which its package.json does not declare.`,
  ]);
});

test('a development dependency is refused in what users run, and fine in tests and as a type', async () => {
  expect((await whatIsFound(source, "import 'fast-check';"))[0]).toMatch(/declares it as a development dependency/);
  expect(await whatIsFound(source, "import type { A } from 'fast-check';")).toEqual([]);
  expect(await whatIsFound(source, "import { type A } from 'fast-check';")).toEqual([]);
  expect(await whatIsFound('packages/producer/src/a.test.ts', "import 'fast-check'; import 'vitest';")).toEqual([]);
});

test('a tool of the root is refused in what users run', async () => {
  expect((await whatIsFound(source, "import 'vitest';"))[0]).toMatch(/does not declare/);
});

test('a module of Node without its prefix is refused', async () => {
  expect((await whatIsFound(source, "import fs from 'fs';"))[0]).toMatch(/without its prefix/);
});
