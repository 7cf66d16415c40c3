import { expect, test } from 'vitest';
import { foreignPlacesCheck } from '../src/checks/foreign-places.ts';
import { plant } from './plant.ts';

const npmHost = ['registry', 'npmjs', 'org'].join('.');
const mavenHost = ['repo1', 'maven', 'org'].join('.');

async function isRefused(text: string): Promise<boolean> {
  return (await foreignPlacesCheck.find(plant({ 'docs/a.md': text }))).length > 0;
}

test.each([
  `curl https://${npmHost}/zod`,
  `resolved "https://${mavenHost}/maven2/x.jar"`,
  "const folder = '/work/checkout';",
  'cd /home/alice/eventstream',
  'see /Users/alice/src',
  'C:\\Users\\alice',
])('%s is refused', async (text) => {
  expect(await isRefused(text)).toBe(true);
});

test.each([
  'https://nodejs.org',
  'image: ghcr.io/kafbat/kafka-ui:v1.5.0',
  'COPY . /home/node/app',
  'the framework/work/flow',
  'GET /users/alice',
  'packages/root/index.ts',
])('%s is fine', async (text) => {
  expect(await isRefused(text)).toBe(false);
});

test('the finding names line, text and remedy', async () => {
  const [finding] = await foreignPlacesCheck.find(
    plant({ '.ci/run': `#!/bin/bash\nnpm --registry https://${npmHost} i\n` }),
  );
  expect(finding).toMatchObject({ where: '.ci/run:2', what: expect.stringContaining(npmHost) });
});
