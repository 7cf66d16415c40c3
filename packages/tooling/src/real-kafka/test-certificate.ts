import { readFileSync } from 'node:fs';
import path from 'node:path';
import { toolingFolder } from '../tooling-folder.ts';

/**
 * Certificates for tests alone, PEM, good until 2126. `ca` signed the one of a `secure` node (localhost, 127.0.0.1) and
 * `client` (CN=mtls-client); nobody signed `stranger`. Made with openssl; the authority's key was thrown away.
 */
export function testCertificate(name: 'ca' | 'client' | 'stranger'): { readonly cert: string; readonly key: string } {
  const read = (file: string) => readFileSync(path.join(toolingFolder(), 'real-kafka/tls', file), 'utf8');
  return name === 'ca' ? { cert: read('ca.pem'), key: '' } : { cert: read(`${name}.crt`), key: read(`${name}.key`) };
}
