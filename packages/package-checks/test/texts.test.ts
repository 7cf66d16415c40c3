import { describe, expect, test } from 'vitest';
import { docstrings } from '../src/checks/docstrings.ts';
import { fileSize } from '../src/checks/file-size.ts';
import { rootListing } from '../src/checks/root-listing.ts';
import { visibleRoot } from '../src/rules/root-listing.ts';
import { plant, published } from './plant.ts';

describe('file-size', () => {
  const check = fileSize({
    ceiling: 3,
    longFiles: { 'packages/a/table.ts': 'a table', 'packages/a/gone.ts': 'a table' },
  });

  test('names what is too long, and every exemption nobody needs', async () => {
    const long = 'x\n'.repeat(4);
    const repository = plant({
      'packages/a/long.ts': long,
      'packages/a/table.ts': 'x\n',
      'packages/a/fine.ts': 'x\nx\nx\n',
    });
    const found = await check.find(repository);
    expect(found.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      'packages/a/long.ts: The file has 4 lines; the ceiling is 3.',
      'packages/a/table.ts: The file is exempted from the size ceiling, but it has 1 lines.',
      'packages/a/gone.ts: The file is exempted from the size ceiling, but it does not exist.',
    ]);
  });

  test('lets a listed table be long', async () => {
    const repository = plant({ 'packages/a/table.ts': 'x\n'.repeat(9), 'packages/a/gone.ts': 'x\n'.repeat(9) });
    expect(await check.find(repository)).toEqual([]);
  });
});

describe('root-listing', () => {
  const complete = Object.fromEntries(
    visibleRoot.map((name) => [['apps', 'docker', 'docs', 'packages'].includes(name) ? `${name}/x` : name, '']),
  );

  test('accepts the list, dotfiles and what is installed', async () => {
    const repository = plant({ ...complete, 'package.json': {}, '.gitignore': '', 'node_modules/x': '' });
    expect(await rootListing.find(repository)).toEqual([]);
  });

  test('names what is too much and what is missing', async () => {
    const { LICENSE: _, ...incomplete } = complete;
    const found = await rootListing.find(plant({ ...incomplete, 'package.json': {}, 'notes.md': '' }));
    expect(found.map(({ what }) => what)).toEqual([
      '"notes.md" does not belong to the root.',
      '"LICENSE" is missing from the root.',
    ]);
  });
});

describe('docstrings', () => {
  test('names each public export without one, also where it is only passed on', async () => {
    const repository = plant({
      'packages/core/package.json': published('@eventstream/core', { type: 'module' }),
      'packages/core/src/index.ts':
        "export { bare, said } from './a.ts';\n/** Says. */\nexport type Said = 1;\nexport type Bare = 2;\n",
      'packages/core/src/a.ts': '/** Gives 1. */\nexport const said = 1;\nexport function bare() {}\n',
    });
    const found = await docstrings.find(repository);
    expect(found.map(({ where, what }) => `${where} ${what}`)).toEqual([
      'packages/core/src/a.ts:3 bare, exported by @eventstream/core, has no docstring.',
      'packages/core/src/index.ts:4 Bare, exported by @eventstream/core, has no docstring.',
    ]);
  });

  test('asks nothing of private packages', async () => {
    const repository = plant({
      'packages/x/package.json': published('@eventstream/x', { private: true }),
      'packages/x/src/index.ts': 'export const bare = 1;\n',
    });
    expect(await docstrings.find(repository)).toEqual([]);
  });
});
