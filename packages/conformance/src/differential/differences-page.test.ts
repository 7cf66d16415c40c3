import { servedApis } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { declared } from './declared.ts';
import { differencesPage } from './differences-page.ts';

test('the page says what the broker and the comparison say; -u writes it anew', async () => {
  await expect(differencesPage()).toMatchFileSnapshot('../../../../docs/reference/mock-broker-differences.md');
});

test('every declared difference is of an API that is served, and has a whole sentence as its reason', () => {
  const served = new Set<string>(servedApis().map(({ name }) => name));
  for (const { api, reason } of declared) {
    expect(served, `${api} is not served`).toContain(api);
    expect(reason).toMatch(/^[A-Z].*\.$/);
  }
});
