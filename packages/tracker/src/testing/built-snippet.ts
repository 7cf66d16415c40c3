import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Options } from 'tsup';
import config from '../../tsup.snippet.config.ts';

/** The text of `dist/snippet.js`, built as the package builds it, into a folder that is gone afterwards. */
export async function buildSnippet(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'eventstream-snippet-'));
  const from = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  try {
    await build({
      ...(config as (flags: Options) => Options)({}),
      entry: { snippet: from('src/snippet.ts') },
      tsconfig: from('tsconfig.json'),
      config: false,
      silent: true,
      outDir,
    });
    return await readFile(join(outDir, 'snippet.js'), 'utf8');
  } finally {
    await rm(outDir, { recursive: true });
  }
}
