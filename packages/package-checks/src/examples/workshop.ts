import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { compilerOptions } from '../public-exports.ts';
import type { Example, Page } from './page.ts';

/** The folder in which examples are files: below package-checks, whose dependencies are every public package. */
export interface Workshop {
  readonly root: string;
  fileOf(page: Page, example: Example): string;
  /** What the compiler says of an example, with lines of the page; nothing if it is right. */
  errorsOf(page: Page, example: Example): readonly string[];
  close(): void;
}

/** Writes every example to its page's folder and type-checks them all in one program. */
export function openWorkshop(pages: readonly Page[], below: string): Workshop {
  mkdirSync(below, { recursive: true });
  const root = mkdtempSync(path.join(below, 'examples-'));
  const folders = new Map(pages.map((page, index) => [page, path.join(root, `page-${index}`)]));
  const fileOf = (page: Page, example: Example) => path.join(folders.get(page) as string, example.file);
  const shared = pages.find(({ name }) => name === 'README.md');
  for (const page of pages) {
    const folder = folders.get(page) as string;
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    // What the README calls catalog.ts is that file on every page which has none of its own.
    const lent = page === shared ? [] : (shared?.examples.filter(({ file }) => !file.startsWith('line-')) ?? []);
    for (const { file, code } of [...lent, ...page.examples]) {
      writeFileSync(path.join(folder, file), `${code}\nexport {};\n`);
    }
  }
  const errors = compile(pages.flatMap((page) => page.examples.map((example) => fileOf(page, example))));
  return {
    root,
    fileOf,
    errorsOf: (page, example) =>
      (errors.get(fileOf(page, example)) ?? []).map(({ line, text }) => {
        const own = line - example.linesBefore;
        return `${page.name}:${own > 0 ? example.firstLine + own - 1 : '(continued block)'}: ${text}`;
      }),
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

function compile(files: readonly string[]): ReadonlyMap<string, readonly { line: number; text: string }[]> {
  // `node` and `vitest` types are there as for any user; strictness is what `strict` gives, for users have no more.
  const program = ts.createProgram({ rootNames: [...files], options: compilerOptions });
  const errors = new Map<string, { line: number; text: string }[]>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    errors.set(
      file,
      found.map(({ start = 0, messageText, code }) => ({
        line: (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1,
        text: `${ts.flattenDiagnosticMessageText(messageText, '\n')} (TS${code})`,
      })),
    );
  }
  return errors;
}
