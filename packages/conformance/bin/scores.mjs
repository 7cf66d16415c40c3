// npm run scores hands over to this. The sources are TypeScript, which Node 20 does not read, so they are transpiled first.
// Packages stay outside: what is scored is their published entry.
import path from 'node:path';
import { build } from 'esbuild';

const folder = path.resolve(import.meta.dirname, '..');
await build({
  entryPoints: [path.join(folder, 'src/scores/main.ts')],
  outfile: path.join(folder, 'dist/scores.js'),
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'error',
});
// Only the build above makes this file, so no static path for the type checker.
const { main } = await import(new URL('../dist/scores.js', import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
