const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** What Java and JavaScript know and RE2 does not: look-around, atomic groups, references back, possessive quantifiers. */
const notInRe2 = /\(\?(?:[=!>#]|<[=!])|\\[1-9]|\\k|(?<!\\)[*+?}]\+/;

/** A topic filter in RE2's syntax, or what is wrong with it. A topic matches as a whole. */
export function topicRegex(pattern: string): RegExp | { readonly complaint: string } {
  if (notInRe2.test(pattern)) return { complaint: 'invalid or unsupported Perl syntax' };
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  const body = pattern
    .slice(flags?.[0].length ?? 0)
    .replace(/\\Q(.*?)(?:\\E|$)/g, (_, literal: string) => literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .replaceAll('(?P<', '(?<')
    .replace(/\[:(\w+):\]/g, (whole, name: string) => posix[name] ?? whole)
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$');
  try {
    return new RegExp(`^(?:${body})$`, flags?.[1]);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { complaint: /unterminated group/i.test(error.message) ? 'missing closing )' : 'invalid syntax' };
  }
}
