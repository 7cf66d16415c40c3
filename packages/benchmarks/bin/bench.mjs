// npm run bench hands over to this. The sources are TypeScript, which Node 20 does not read, so they are transpiled first.
// Packages stay outside: what is measured is their published entry, resolved as Node resolves it for users.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const folder = path.resolve(import.meta.dirname, '..');
const children = readdirSync(path.join(folder, 'src/children')).map((name) => path.join(folder, 'src/children', name));
await build({
  entryPoints: [path.join(folder, 'src/main.ts'), ...children],
  outbase: path.join(folder, 'src'),
  outdir: path.join(folder, 'dist'),
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'error',
});
// Only the build above makes this file, so no static path for the type checker.
const { main } = await import(new URL('../dist/main.js', import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
