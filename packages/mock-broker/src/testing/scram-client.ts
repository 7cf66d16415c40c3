import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** The client's side of SCRAM, written from RFC 5802 without a line of the server's. */
export function scramClient(user: string, password: string, hash: 'sha256' | 'sha512', authorizationId = '') {
  const bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=fyko+d2lbbFgONRv9qkxdawL`;
  const header = `n,${authorizationId === '' ? '' : `a=${authorizationId}`},`;
  return {
    first: Buffer.from(header + bare),
    final(challenge: Uint8Array) {
      const serverFirst = Buffer.from(challenge).toString();
      const { r, s, i } = Object.fromEntries(serverFirst.split(',').map((part) => [part[0], part.slice(2)]));
      const salted = pbkdf2Sync(password, Buffer.from(s!, 'base64'), Number(i), hash === 'sha256' ? 32 : 64, hash);
      const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
      const clientKey = hmac(salted, 'Client Key');
      const withoutProof = `c=${Buffer.from(header).toString('base64')},r=${r}`;
      const covered = `${bare},${serverFirst},${withoutProof}`;
      const signature = hmac(createHash(hash).update(clientKey).digest(), covered);
      const proof = Buffer.from(clientKey.map((byte, at) => byte ^ signature[at]!)).toString('base64');
      return {
        message: Buffer.from(`${withoutProof},p=${proof}`),
        verifier: `v=${hmac(hmac(salted, 'Server Key'), covered).toString('base64')}`,
      };
    },
  };
}
