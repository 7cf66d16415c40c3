import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loaderSnippet } from './loader.ts';
import { buildSnippet } from './testing/built-snippet.ts';

const SNIPPET_BYTES = 3_000;
const LOADER_BYTES = 250;

const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length;
const grouped = (bytes: number): string => bytes.toLocaleString('en');

test(`the snippet is at most ${SNIPPET_BYTES} bytes, and the README says how many`, async () => {
  const text = await buildSnippet();
  const size = gzipped(text);
  expect(
    size,
    `dist/snippet.js is ${size} B with gzip -9, ${size - SNIPPET_BYTES} more than a page should pay. Everything in it is ` +
      'paid for by every visitor: move what few sites need into an entry of its own, or find the bytes elsewhere.',
  ).toBeLessThanOrEqual(SNIPPET_BYTES);
  expect(text).not.toMatch(/\beval\b|new Function|beforeunload|["']unload/);
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const figures = `${grouped(text.length)} B, ${grouped(size)} B with gzip -9`;
  expect(readme, `Write the size of the snippet as it is into the README: ${figures}`).toContain(figures);
});

test(`the loader is at most ${LOADER_BYTES} bytes, and the README says how many`, async () => {
  const size = gzipped(loaderSnippet({ src: '/eventstream.js', endpoint: '/events', writeKey: 'pub_shop' }));
  expect(size, `The inline loader is ${size} B with gzip -9; it is in every page, uncached.`).toBeLessThanOrEqual(
    LOADER_BYTES,
  );
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme, `Write the size of the loader as it is into the README: ${size} B`).toContain(`${size} B`);
});
