import { describe, expect, test } from 'vitest';
import { levels } from '../src/checks/levels.ts';
import { plant, published } from './plant.ts';

const members = {
  'packages/mock-broker/package.json': published('@eventstream/mock-broker'),
  'packages/core/package.json': published('@eventstream/core'),
  'packages/producer/package.json': published('@eventstream/producer'),
  'packages/consumer/package.json': published('@eventstream/consumer'),
  'packages/tooling/package.json': { name: '@eventstream/tooling', private: true, exports: { '.': './src/index.ts' } },
  'apps/orders/package.json': { name: '@eventstream-apps/orders', private: true },
  'apps/billing/package.json': { name: '@eventstream-apps/billing', private: true, exports: { '.': './src/index.ts' } },
};

async function findingsFor(file: string, text: string): Promise<readonly string[]> {
  const found = await levels.find(plant({ ...members, [file]: text }));
  return found.map(({ where, what, why }) => `${where} ${what} ${why}`);
}

describe('levels', () => {
  test('down is fine, by the public door', async () => {
    expect(await findingsFor('packages/producer/src/a.ts', "import { x } from '@eventstream/core';")).toEqual([]);
  });

  test.each([
    ['sideways', 'packages/producer/src/a.ts', '@eventstream/consumer', /both stand on level 2/],
    ['up', 'packages/core/src/a.ts', '@eventstream/producer', /level 2, above level 0/],
    ['a path out of the package', 'packages/producer/src/a.ts', '../../core/src/index.ts', /no public door/],
    ['a closed door', 'packages/producer/src/a.ts', '@eventstream/core/src/clock.ts', /exports only \./],
    ['a private package', 'packages/producer/src/a.ts', '@eventstream/tooling', /cannot install a private package/],
    ['a vendor', 'packages/producer/src/a.ts', 'kafkajs', /only @eventstream\/transport-kafkajs names kafkajs/],
    ['an app from a package', 'packages/producer/src/a.ts', '@eventstream-apps/billing', /never the other way round/],
    ['an app from an app', 'apps/orders/src/a.ts', '@eventstream-apps/billing', /share only contracts/],
    ['a private package from an app', 'apps/orders/src/a.ts', '@eventstream/tooling', /cannot install/],
    ['a package that is not there', 'apps/orders/src/a.ts', '@eventstream/nothing', /no package\.json/],
  ])('%s is refused with the reason', async (_, file, specifier, reason) => {
    const found = await findingsFor(file, `\nimport { x } from '${specifier}';`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${file}:2`);
    expect(found[0]).toMatch(reason);
  });

  test('every way to name a module counts', async () => {
    const text = [
      "import type { A } from '@eventstream/consumer';",
      "export { b } from '@eventstream/consumer';",
      "const c = await import('@eventstream/consumer');",
      "type D = import('@eventstream/consumer').D;",
    ].join('\n');
    const found = await findingsFor('packages/producer/src/a.ts', text);
    expect(found.map((line) => line.split(' ')[0])).toEqual(
      [1, 2, 3, 4].map((line) => `packages/producer/src/a.ts:${line}`),
    );
  });

  test('tests of any level may use the mock broker, what users run may not', async () => {
    const text = "import { a } from '@eventstream/mock-broker';";
    expect(await findingsFor('packages/core/src/a.test.ts', text)).toEqual([]);
    expect(await findingsFor('packages/core/src/a.ts', text)).toHaveLength(1);
  });

  test('tests may use private helpers and vendors; the shared build preset is reachable by path', async () => {
    const imports = "import { a } from '@eventstream/tooling';\nimport { b } from 'kafkajs';";
    expect(await findingsFor('packages/producer/src/a.test.ts', imports)).toEqual([]);
    expect(await findingsFor('packages/producer/tsup.config.ts', "import { a } from '../tooling/tsup.ts';")).toEqual(
      [],
    );
  });
});
