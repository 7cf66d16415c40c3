import path from 'node:path';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pagesOf, topicsOf } from '../src/examples/page.ts';
import { runExample } from '../src/examples/run-example.ts';
import { openWorkshop } from '../src/examples/workshop.ts';
import { publicExports } from '../src/public-exports.ts';
import { readRepository } from '../src/repository.ts';

/**
 * Every TypeScript block of the README files, of docs and of public docstrings is type-checked and run. The words a
 * fence may carry are described in src/examples/fence.ts.
 */
const home = path.resolve(import.meta.dirname, '..');
const repository = readRepository(path.resolve(home, '../..'));
const pages = pagesOf(repository, publicExports(repository));
const readme = pages.find(({ name }) => name === 'README.md');
const workshop = openWorkshop(pages, path.join(home, '.cache'));
afterAll(() => workshop.close());

describe.each(pages.map((page) => [page.name, page] as const))('%s', (_, page) => {
  let broker: MockBroker | undefined;
  beforeAll(async () => {
    if (!page.examples.some((example) => example.withBroker)) return;
    const topics = topicsOf([...(readme?.examples ?? []), ...page.examples]);
    broker = await startMockBroker({ topics: topics.map((name) => ({ name })) });
  });
  afterAll(() => broker?.close());

  test.each(page.examples.map((example) => [example.where, example] as const))('%s', async (__, example) => {
    expect(workshop.errorsOf(page, example)).toEqual([]);
    if (!example.run) return;
    const result = await runExample({
      file: workshop.fileOf(page, example),
      brokers: example.withBroker ? broker?.bootstrapServers : undefined,
      until: example.until,
      timeoutMs: 15_000,
    });
    expect(result.ok, result.report).toBe(true);
  });
});
