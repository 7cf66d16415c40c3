import type { PublicExport } from '../public-exports.ts';
import type { Repository } from '../repository.ts';
import { type Fence, fencesOf } from './fence.ts';

/** A block that stands for itself: a file of its page's folder. */
export interface Example {
  /** What a failing test is called: `README.md:41`. */
  readonly where: string;
  /** The file it becomes, such as `catalog.ts` or `line-41.ts`. */
  readonly file: string;
  readonly code: string;
  /** The line of the page on which the code's last `lines` begin; earlier lines come from blocks it continues. */
  readonly firstLine: number;
  readonly linesBefore: number;
  readonly withBroker: boolean;
  readonly until: string | undefined;
  readonly run: boolean;
}

/** A text whose blocks share a folder and a broker, and run in order. */
export interface Page {
  readonly name: string;
  readonly examples: readonly Example[];
}

/** The pages of a repository: its Markdown, and each public docstring that has an `@example`. */
export function pagesOf(repository: Repository, exports: readonly PublicExport[]): readonly Page[] {
  const markdown = repository.files.filter((file) =>
    /^(README\.md|docs\/.*\.md|packages\/[^/]+\/README\.md)$/.test(file),
  );
  return [
    ...markdown.map((file) => pageOf(file, fencesOf(repository.read(file)))),
    ...exports.flatMap((documented) => docstringPages(documented, exports)),
  ].filter(({ examples }) => examples.length > 0);
}

/** The topics that the catalogs of these examples name: a reader's cluster has them, so the page's broker does too. */
export function topicsOf(examples: readonly Example[]): readonly string[] {
  const named = examples.flatMap(({ code }) =>
    [...code.matchAll(/\btopic: '([\w.-]+)'/g)].map(([, topic = '']) => topic),
  );
  return [...new Set(named)];
}

/** Turns the blocks of a text into examples. */
export function pageOf(name: string, fences: readonly Fence[]): Page {
  const examples: Example[] = [];
  for (const fence of fences) examples.push(exampleOf(name, fence, examples.at(-1)));
  return { name, examples };
}

function exampleOf(page: string, fence: Fence, previous: Example | undefined): Example {
  const { line, code, attributes } = fence;
  const before = attributes.continues === true ? previous : undefined;
  if (attributes.continues === true && before === undefined) {
    throw new Error(`${page}:${line}: the block continues one, but none stands before it.`);
  }
  const isVitest = /from '(vitest|[^']*\/vitest)'/.test((before?.code ?? '') + code);
  return {
    where: `${page}:${line}`,
    file: attributes.file ?? `line-${line}${isVitest ? '.test' : ''}.ts`,
    code: (before?.code ?? '') + code,
    firstLine: line,
    linesBefore: before === undefined ? 0 : before.code.split('\n').length - 1,
    withBroker: attributes.with === 'broker' || (before?.withBroker ?? false),
    until: attributes.until,
    run: attributes['no-run'] !== true,
  };
}

function docstringPages(documented: PublicExport, exports: readonly PublicExport[]): readonly Page[] {
  const { where, name, examples, package: owner, door } = documented;
  const doorName = `${owner}${door.slice(1)}`;
  const neighbours = exports
    .filter((other) => other.package === owner && other.door === door)
    .map((other) => other.name);
  return examples.map((text, index) => {
    const suffix = examples.length > 1 ? ` (${index + 1})` : '';
    const fences = text.includes('```') ? fencesOf(text) : [{ line: 1, code: text, attributes: {} }];
    // One page each, named by the export: a docstring has no neighbours a reader could be expected to know.
    const page = pageOf(`${name} of ${doorName}${suffix}, ${where}`, fences);
    return { ...page, examples: page.examples.map((example) => withImports(example, doorName, neighbours)) };
  });
}

/** A docstring is read where its name is imported already, so it may leave out the import of its own door. */
function withImports(example: Example, door: string, names: readonly string[]): Example {
  const used = names.filter(
    (name) =>
      new RegExp(`(?<![\\w.'])${name}\\b`).test(example.code) &&
      !new RegExp(`import [^;]*\\b${name}\\b[^;]* from|(const|let|function|class|type) ${name}\\b`).test(example.code),
  );
  if (used.length === 0) return example;
  const line = `import { ${used.join(', ')} } from '${door}';\n`;
  return { ...example, code: line + example.code, linesBefore: example.linesBefore + 1 };
}
