/** What `ls` shows at the root, wholly: a newcomer's first page. Everything else is a dotfile or lives in packages/tooling. */
export const visibleRoot: readonly string[] = [
  'LICENSE',
  'README.md',
  'apps',
  'docker',
  'docs',
  'package.json',
  'packages',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'turbo.json',
];
