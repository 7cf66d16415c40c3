import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loaderSnippet } from './loader.ts';
import { buildSnippet } from './testing/built-snippet.ts';

const SNIPPET_BYTES = 3_000;
const LOADER_BYTES = 250;

/** zlib differs by a few bytes between versions of Node. */
const TOLERANCE = 10;

const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length;

/** The figure the README gives in this sentence, `#` standing for it. */
async function claimed(sentence: string): Promise<number> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, figure] = readme.match(sentence.replace('#', '([\\d,]+)')) ?? [];
  return Number(figure?.replaceAll(',', ''));
}

test(`the snippet is at most ${SNIPPET_BYTES} bytes, and the README says how many`, async () => {
  const text = await buildSnippet();
  const size = gzipped(text);
  expect(
    size,
    `dist/snippet.js is ${size} B with gzip -9, ${size - SNIPPET_BYTES} more than a page should pay. Everything in it is ` +
      'paid for by every visitor: move what few sites need into an entry of its own, or find the bytes elsewhere.',
  ).toBeLessThanOrEqual(SNIPPET_BYTES);
  expect(text).not.toMatch(/\beval\b|new Function|beforeunload|["']unload/);
  const error = Math.abs((await claimed('B, # B with gzip -9. The build')) - size);
  expect(error, `Write the size of the snippet into the README: ${text.length} B, ${size} B`).toBeLessThanOrEqual(
    TOLERANCE,
  );
});

test(`the loader is at most ${LOADER_BYTES} bytes, and the README says how many`, async () => {
  const size = gzipped(loaderSnippet({ src: '/eventstream.js', endpoint: '/events', writeKey: 'pub_shop' }));
  expect(size, `The inline loader is ${size} B with gzip -9; it is in every page, uncached.`).toBeLessThanOrEqual(
    LOADER_BYTES,
  );
  const error = Math.abs((await claimed('inline loader: # B with gzip -9')) - size);
  expect(error, `Write the size of the loader into the README: ${size} B`).toBeLessThanOrEqual(TOLERANCE);
});
