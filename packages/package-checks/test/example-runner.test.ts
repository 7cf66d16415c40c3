import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fencesOf } from '../src/examples/fence.ts';
import { pageOf } from '../src/examples/page.ts';
import { type ExampleResult, runExample } from '../src/examples/run-example.ts';
import { openWorkshop, type Workshop } from '../src/examples/workshop.ts';

const below = path.resolve(import.meta.dirname, '../.cache');

function fence(info: string, code: string): string {
  return `Some text.\n\n\`\`\`ts${info}\n${code}\n\`\`\`\n`;
}

function opened(markdown: string) {
  const page = pageOf('page.md', fencesOf(markdown));
  mkdirSync(below, { recursive: true });
  const workshop: Workshop = openWorkshop([page], below);
  onTestFinished(() => workshop.close());
  return {
    errors: () => page.examples.flatMap((example) => workshop.errorsOf(page, example)),
    last: (): Promise<ExampleResult> => {
      const example = page.examples.at(-1);
      if (example === undefined) throw new Error('The page has no block.');
      const file = workshop.fileOf(page, example);
      return runExample({ file, brokers: undefined, until: example.until, timeoutMs: 10_000 });
    },
  };
}

describe('a fence', () => {
  test('that is not TypeScript is left alone', () => {
    expect(fencesOf('```sh\nnpm start\n```\n```\ntext\n```\n')).toEqual([]);
  });

  test('gives its code with the line it begins on', () => {
    expect(fencesOf(fence(' file=a.ts', 'f();\ng();'))).toMatchObject([
      { line: 4, code: 'f();\ng();\n', attributes: { file: 'a.ts' } },
    ]);
  });

  test('may be hidden in a comment', () => {
    expect(fencesOf('<!-- ts file=a.ts\nexport const a = 1;\n-->\n')).toMatchObject([{ attributes: { file: 'a.ts' } }]);
  });

  test('with a word nobody knows is refused, as is no-run without a reason', () => {
    expect(() => fencesOf(fence(' norun', ''))).toThrow(/Line 3: a ts fence knows no "norun"/);
    expect(() => fencesOf(fence(' no-run', ''))).toThrow(/says why/);
  });
});

describe('a block', () => {
  test('that does not compile is found, on its line of the page', () => {
    expect(opened(fence('', 'const a = 1;\nconst b: string = a;')).errors()).toEqual([
      "page.md:5: Type 'number' is not assignable to type 'string'. (TS2322)",
    ]);
  });

  test('sees the files of its page, and continues the block before it', async () => {
    const page = opened(
      fence(' file=a.ts', 'export const a = 20;') +
        fence('', "import { a } from './a.ts';\nconst b = a + 1;") +
        fence(' continues', "console.log('sum', a + b + 1);"),
    );
    expect(page.errors()).toEqual([]);
    const { ok, report } = await page.last();
    expect(report).toContain('sum 42');
    expect(ok).toBe(true);
  });

  test('runs the packages from their sources', async () => {
    const page = opened(
      fence('', "import { parseDuration } from '@eventstream/core';\nconsole.log(parseDuration('10m', 'x'));"),
    );
    expect((await page.last()).report).toContain('600000');
  });

  test.each([
    ['throws', "throw new Error('boom');", /ended with 1.*boom/s],
    ['asserts what is not so', "console.assert(1 > 2, 'order');", /ended with 1.*Assertion failed order/s],
    ['rejects unseen', "void Promise.reject(new Error('lost'));", /ended with 1.*lost/s],
  ])('that %s fails', async (_, code, report) => {
    const result = await opened(fence('', code)).last();
    expect(result.ok).toBe(false);
    expect(result.report).toMatch(report);
  });

  test('that runs for ever is stopped once it has printed its text, and must end with 0', async () => {
    const service = "setInterval(() => console.log('charged'), 20);";
    const graceful = `${service}\nprocess.on('SIGTERM', () => process.exit(0));`;
    expect((await opened(fence(' until="charged"', graceful)).last()).ok).toBe(true);
    expect((await opened(fence(' until="charged"', service)).last()).report).toMatch(/ended with SIGTERM/);
    expect((await opened(fence(' until="charged"', "console.log('other');")).last()).report).toMatch(
      /never printed "charged"/,
    );
  });

  test('that is a test runs under vitest', async () => {
    const passing = "import { expect, test } from 'vitest';\ntest('adds', () => expect(1 + 1).toBe(2));";
    expect((await opened(fence('', passing)).last()).ok).toBe(true);
    expect((await opened(fence('', passing.replace('toBe(2)', 'toBe(3)'))).last()).ok).toBe(false);
  });
});
