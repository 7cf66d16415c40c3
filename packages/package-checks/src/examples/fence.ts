/** A fenced block of TypeScript in a text, with what its info string says. */
export interface Fence {
  /** The line of the first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
  readonly attributes: FenceAttributes;
}

/**
 * What may follow `ts` on a fence. GitHub shows none of it, so a page reads as if the words were not there.
 *
 * - `file=catalog.ts`: the block is that file; later blocks of the page, and of other pages that do not define it
 *   themselves, import it as `./catalog.ts`.
 * - `continues`: the block goes on where the one before it ended, with all its names.
 * - `with=broker`: a mock broker runs; `KAFKA_BROKERS` names it and `localhost:9092` reaches it. One for the
 *   page, with the topics that the page's and the README's catalogs name.
 * - `until="text"`: the block runs for ever; once it has printed the text it gets SIGTERM and must end with 0.
 * - `no-run reason="why"`: the block is type-checked and not run.
 */
export interface FenceAttributes {
  readonly file?: string;
  readonly continues?: true;
  readonly with?: 'broker';
  readonly until?: string;
  readonly 'no-run'?: true;
  readonly reason?: string;
}

const known = new Set(['file', 'continues', 'with', 'until', 'no-run', 'reason']);

/**
 * The TypeScript fences of a Markdown text, among them those in comments (`<!-- ts file=catalog.ts … -->`), which set a
 * scene that every reader knows and none wants to read again. Throws on an attribute it does not know.
 */
export function fencesOf(markdown: string): readonly Fence[] {
  const pattern = /^([ \t]*)(`{3,}|<!-- )(?:ts|typescript)\b([^\n]*)\n([\s\S]*?)^[ \t]*(?:`{3,}|-->)[ \t]*$/gm;
  return [...markdown.matchAll(pattern)].map((match) => {
    const [, indent = '', , info = '', code = ''] = match;
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    return { line, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), attributes: parseInfo(info, line) };
  });
}

function parseInfo(info: string, line: number): FenceAttributes {
  const words = [...info.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)].map(
    ([, name = '', quoted, plain]) => [name, quoted ?? plain ?? true] as const,
  );
  for (const [name] of words) {
    if (known.has(name)) continue;
    throw new Error(`Line ${line - 1}: a ts fence knows no "${name}"; it knows ${[...known].join(', ')}.`);
  }
  const attributes = Object.fromEntries(words) as FenceAttributes;
  if (attributes['no-run'] === true && typeof attributes.reason !== 'string') {
    throw new Error(`Line ${line - 1}: a block that is not run says why: \`\`\`ts no-run reason="…".`);
  }
  if (attributes.with !== undefined && attributes.with !== 'broker') {
    throw new Error(`Line ${line - 1}: with=${attributes.with} is not known; with=broker is.`);
  }
  return attributes;
}
