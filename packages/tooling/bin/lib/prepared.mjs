import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';

/**
 * Installs and builds what is missing, then loads a command and runs it: commands may import what only then exists.
 * @param {() => Promise<{ run: (args: readonly string[]) => Promise<number> }>} load
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function runPrepared(load, args) {
  await ensureInstalled();
  await ensureBuilt();
  const command = await load();
  return command.run(args);
}
