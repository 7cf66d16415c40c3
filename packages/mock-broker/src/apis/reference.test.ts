import { expect, test } from 'vitest';
import { servedApis } from '../served-apis.ts';

/** The page users read is made of what the files declare, so that it cannot say anything else. */
function reference(): string {
  const sections = servedApis().map(({ key, name, versions: [lowest, highest], limits }) => {
    const range = lowest === highest ? `version ${lowest}` : `versions ${lowest} to ${highest}`;
    const title = `## ${key} ${name}, ${range}`;
    return limits.length === 0 ? title : `${title}\n\n${limits.map((limit) => `- ${limit}`).join('\n')}`;
  });
  const intro = [
    '# APIs of the mock broker',
    'What each leaves out of what real brokers do. Made from `src/apis` by its tests; `npx vitest run -u` writes it anew.',
  ];
  return `${[...intro, ...sections].join('\n\n')}\n`;
}

test('the reference page says what the files say', async () => {
  await expect(reference()).toMatchFileSnapshot('../../APIS.md');
});
