import { runProgram } from './run-step.mjs';
import { pinnedPnpm } from './workspace.mjs';

/**
 * Runs turbo tasks. Turbo runs each script through a `pnpm` on the PATH, which a newcomer's machine lacks, so npx, which
 * has kept the pinned pnpm since the install, puts it there.
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean }} [options]
 */
export function runTurbo(args, options = {}) {
  return runProgram('npx', [...pinnedPnpm(), 'exec', 'turbo', 'run', ...args], {
    ...options,
    env: { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
  });
}
