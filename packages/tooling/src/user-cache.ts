import { homedir } from 'node:os';
import path from 'node:path';

/**
 * A folder that keeps what is costly to fetch or to build between runs and between checkouts:
 * `$XDG_CACHE_HOME/eventstream/<name>`, by default under ~/.cache. It need not exist yet.
 */
export function userCache(name: string): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'eventstream', name);
}
