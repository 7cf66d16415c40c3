import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Certificates for tests alone, good until 2126: `broker` (localhost, 127.0.0.1) and `client` are signed by `ca`,
 * `stranger` by nobody. Made with openssl; the root's key was thrown away.
 */
export function certificate(name: 'ca' | 'broker' | 'client' | 'stranger'): { cert: Buffer; key: Buffer } {
  const read = (suffix: string) => readFileSync(path.join(import.meta.dirname, `${name}.${suffix}`));
  return { cert: read('pem'), key: name === 'ca' ? Buffer.alloc(0) : read('key') };
}
