// node packages/package-checks/bin/check.mjs [check…]: all checks, or the named ones. Bundles itself first, so that it
// never runs yesterday's rules.
import path from 'node:path';
import { build } from 'esbuild';

const home = path.resolve(import.meta.dirname, '..');
const outDir = path.join(home, 'node_modules/.cache/package-checks');
await build({
  entryPoints: { checks: path.join(home, 'src/run-checks.ts') },
  outdir: outDir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // Dependencies are loaded as they are, from this package's node_modules, in which the bundle lies.
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'error',
});
const { runChecks } = await import(path.join(outDir, 'checks.mjs'));
const findings = await runChecks(path.resolve(home, '../..'), process.argv.slice(2), console.log);
process.exitCode = findings === 0 ? 0 : 1;
