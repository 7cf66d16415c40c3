import { expect, test } from 'vitest';
import { apis } from './index.ts';

/** The page users read is made of what the files declare, so that it cannot say anything else. */
function reference(): string {
  const rows = apis.map(({ message, versions: [lowest, highest], limits }) => {
    const range = lowest === highest ? `${lowest}` : `${lowest}–${highest}`;
    return `| ${message.key} | ${message.name} | ${range} | ${limits.join('<br>') || '–'} |`;
  });
  return [
    '# APIs of the mock broker',
    '',
    'Made from `src/apis` by its tests; `npx vitest run -u` writes it anew.',
    '',
    '| key | API | versions | what real brokers do and this one does not |',
    '|--:|--|--|--|',
    ...rows,
    '',
  ].join('\n');
}

test('the reference page says what the files say', async () => {
  await expect(reference()).toMatchFileSnapshot('../../APIS.md');
});
