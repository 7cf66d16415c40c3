import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { minutesOf, neededParts, splitArguments, systemTestFiles } from './needed-parts.mjs';
import { isPresent, parts } from './parts.mjs';
import { runSteps } from './run-step.mjs';
import { summary } from './summary.mjs';
import { runVitest } from './vitest.mjs';
import { root, UserError } from './workspace.mjs';

const engine = path.join(root, 'docker/ci/engine');
const minutesForAll = 65;

/**
 * Runs the system tests, all or those whose path contains an argument, once everything they need is there. With
 * CI=true what is missing is installed; on a developer's machine it is only named, with the command that installs it.
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(args) {
  await ensureInstalled();
  const { filters, options } = splitArguments(args);
  const files = systemTestFiles(filters);
  if (files.length === 0) throw new UserError(`No system test file has ${filters.join(' or ')} in its path.`);
  const needed = neededParts(files);
  useOwnEngine();
  const missing = needParts(needed);
  // Some system tests start what users start: the built files, not the sources.
  await ensureBuilt();
  try {
    console.log(`\n${files.length} files of system tests need: ${needed.join(', ') || 'nothing more'}`);
    const results = await runSteps(inTime(files, options));
    return summary('system', results);
  } finally {
    if (missing.includes('docker')) spawnSync('bash', [engine, 'down'], { stdio: 'inherit' });
  }
}

/**
 * Each file is a process tree of its own with an end of its own: what hangs, or keeps its thread busy, costs that file only.
 * All together have an end too, so that a machine which is too slow says so instead of being stopped.
 * @param {readonly string[]} files
 * @param {readonly string[]} options
 */
function inTime(files, options) {
  const deadline = performance.now() + minutesForAll * 60_000;
  return files.map((file) => ({
    name: file,
    countsItself: true,
    run: async () => {
      const minutes = Math.min(minutesOf(file), (deadline - performance.now()) / 60_000);
      if (minutes > 0) return runVitest('vitest.system.config.ts', [file, ...options], { what: file, minutes });
      console.error(`✗ not run: the ${minutesForAll} min for all files are over`);
      return 1;
    },
  }));
}

/**
 * Sees to it that the parts are there: with CI=true what is missing is installed, otherwise it is an error that names it.
 * @param {readonly string[]} names
 * @returns {readonly string[]} what was missing before
 */
export function needParts(names) {
  const missing = names.filter((name) => !isPresent(partOf(name)));
  if (missing.length > 0) {
    if (process.env['CI'] === 'true') install(missing);
    else throw new UserError(explain(missing));
  }
  return missing;
}

/** @param {readonly string[]} missing */
function install(missing) {
  spawnSync('apt-get', ['-qq', 'update'], { stdio: 'inherit', timeout: 5 * 60_000 });
  for (const name of missing) {
    const part = partOf(name);
    console.log(`Installing ${part.what} …`);
    for (const [command = '', ...args] of part.install) {
      const { status } = spawnSync(command, args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: 15 * 60_000,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
      if (status !== 0)
        throw new UserError(`${part.what} could not be installed: "${[command, ...args].join(' ')}" failed.`);
    }
    useOwnEngine();
    if (!isPresent(part))
      throw new UserError(`${part.what} was installed, but ${JSON.stringify(part.probes)} still fails.`);
  }
}

/** An engine that docker/ci/engine runs is reached through variables, which our tests then inherit. */
function useOwnEngine() {
  if (!existsSync(engine)) return;
  const { stdout } = spawnSync('bash', [engine, 'env'], { encoding: 'utf8' });
  for (const [, name = '', value = ''] of stdout.matchAll(/(\w+)=(\S+)/g)) {
    process.env[name] = value.replace('$PATH', process.env['PATH'] ?? '');
  }
}

/** @param {readonly string[]} missing */
function explain(missing) {
  const lines = missing.map((name) => {
    const part = partOf(name);
    return `  ${part.what}\n    ${part.install.map((command) => command.join(' ')).join(' && ')}`;
  });
  return (
    `This needs what the machine does not have:\n${lines.join('\n')}\n` +
    'Install it as root (the commands are for Debian and Ubuntu), let CI=true npm run test:system do so, or name test files that need less: npm run test:system -- real-kafka'
  );
}

/** @param {string} name */
function partOf(name) {
  const part = parts[name];
  if (part === undefined) throw new Error(`No part is called ${name}.`);
  return part;
}
