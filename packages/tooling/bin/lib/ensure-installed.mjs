import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from './run-step.mjs';
import { pinnedPnpm, root, rootManifest, UserError } from './workspace.mjs';

const modules = path.join(root, 'node_modules');
const stamp = path.join(modules, '.eventstream-install');

/** Installs the dependencies unless what is installed is exactly what the lockfile says. Then it costs one hash. */
export async function ensureInstalled() {
  const lock = readFileSync(path.join(root, 'pnpm-lock.yaml'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (readOrNothing(stamp) === wanted) return;
  // Installed by hand with pnpm: it keeps a copy of the lockfile it has carried out.
  const carriedOut = path.join(modules, '.pnpm/lock.yaml');
  if (!(existsSync(carriedOut) && readFileSync(carriedOut).equals(lock))) await install();
  writeFileSync(stamp, wanted);
}

async function install() {
  const pnpm = rootManifest().packageManager;
  console.log(`Installing dependencies with ${pnpm} (once; a few hundred packages) …`);
  const began = performance.now();
  let shown = began;
  const { code, output } = await runProgram(
    'npx',
    [...pinnedPnpm(), 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      quiet: true,
      // CI makes pnpm ask nothing: it replaces a node_modules it did not make without a question nobody would see.
      // Without a network npm would go on trying for over a minute before it says so.
      env: { CI: 'true', npm_config_fetch_retries: '2', npm_config_fetch_retry_mintimeout: '1000' },
      onOutput: (text) => {
        const progress = text.match(/Progress: .*/g)?.at(-1);
        if (progress === undefined || performance.now() - shown < 3000) return;
        shown = performance.now();
        console.log(`  ${progress.trim()}`);
      },
    },
  );
  if (code !== 0) throw new UserError(explain(output));
  console.log(`Installed in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
}

/** @param {string} output */
function explain(output) {
  const tail = output.trim().split('\n').slice(-15).join('\n');
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ERR_PNPM_META_FETCH_FAIL/.test(output);
  const advice = offline
    ? 'The package registry could not be reached. The first run needs the network (later ones do not): check the connection or the proxy settings of npm, and repeat the command.'
    : 'If the lockfile is out of date, run `npx pnpm install` and commit pnpm-lock.yaml; else see the lines above.';
  return `${tail}\n\nThe dependencies could not be installed. ${advice}`;
}

/** @param {string} file */
function readOrNothing(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
